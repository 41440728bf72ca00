import { type PlaceReference, printParty, printPlace } from '../notation/notation.ts'

/**
 * The name of a job that has none: the first source's file or folder (transfers document, `name`), the share where all
 * of it is meant, and whose it is where a path has no name of its own.
 */
export function nameOfSource(source: PlaceReference): string {
  const { party, path } = source
  if (path.kind === 'omitted') return printPlace(source)
  // The source of a placeholder that names no file at all.
  const last = isNull(source) ? '' : path.path.slice(path.path.lastIndexOf('/', path.path.length - 2) + 1)
  const name = last.endsWith('/') ? last.slice(0, -1) : last
  if (name !== '') return name
  if (path.kind === 'share') return path.share
  return party.kind === 'none' ? printPlace(source) : printParty(party)
}

function isNull({ party, path }: PlaceReference): boolean {
  return party.kind === 'site' && path.kind === 'relative' && path.path === 'null'
}
