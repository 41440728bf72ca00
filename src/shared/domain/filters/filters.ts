import { TernError } from '../errors.ts'
import { parseFilter } from './filter-grammar.ts'
import { compileExpressions, type Matcher } from './filter-matchers.ts'

/** Whether an entry takes part. `relativePath` is `/`-separated, below the transferred item, its name last. */
export type Filter = (relativePath: string, isFolder: boolean) => boolean

/** Left out of every transfer: what systems scatter into folders and nobody means to send. */
export const alwaysExcludedNames: readonly string[] = ['.DS_Store', 'Thumbs.db', 'Icon\r']

/** Longer paths are none that any system hands out; whoever makes one up shall not keep a matcher busy. */
const maxPathLength = 32_768
const maxPathDepth = 512

/**
 * Compiles `transfer_include` and `transfer_exclude` (settings; job specification, "Exclude files").
 *
 * - A name matches whole; an expression with a slash matches the whole path below the item, element by element. A slash
 *   in front ties a name to the item's own folder, one at the end says nothing.
 * - Words ignore case and compare by composed Unicode, since macOS hands out decomposed names. `re('…')` minds case
 *   unless it says `'I'`, and sees the name alone.
 * - **Folders.** The item itself is always entered. An excluded folder is neither made nor entered, so nothing below it is
 *   asked about, not even what include names. Include never keeps a folder out: it is made and entered, because files
 *   below it may match. A folder that include names brings everything below it, save what is excluded.
 * - **Files.** One that include names itself takes part even when exclude names it too; one that takes part only because
 *   of its folder does not.
 * - What systems leave lying about never takes part.
 *
 * The filter takes time linear in the name's length, whatever somebody writes into `re('…')`, and throws LIMIT_EXCEEDED
 * for a path that is longer or deeper than any that a transfer takes.
 * @throws TernError SPEC_INVALID `{advice: 'filter', expression}`, LIMIT_EXCEEDED `{what, limit}`
 */
export function compileFilter(include?: string, exclude?: string): Filter {
  const included = compileExpressions(parseFilter(include ?? ''))
  const excluded = compileExpressions(parseFilter(exclude ?? ''))
  return (relativePath, isFolder) => {
    if (relativePath.length > maxPathLength) {
      throw new TernError('LIMIT_EXCEEDED', { what: 'characters of a path', limit: maxPathLength })
    }
    const path = relativePath.normalize('NFC')
    if (alwaysExcludedNames.includes(path.slice(path.lastIndexOf('/') + 1))) return false
    if (!isFolder && included?.(path)) return true
    if (excluded?.(path)) return false
    return isFolder || included === undefined || isInsideMatch(included, path)
  }
}

function isInsideMatch(included: Matcher, path: string): boolean {
  let depth = 1
  for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) {
    depth += 1
    if (depth > maxPathDepth) throw new TernError('LIMIT_EXCEEDED', { what: 'folders of a path', limit: maxPathDepth })
    if (included(path.slice(0, slash))) return true
  }
  return false
}
