import { dirname } from 'node:path'
import { type ErrorEnvelope, TernError } from '../../../shared/domain/errors.ts'
import type { NamePolicy, NameTraits } from '../../protocol/name-traits.ts'
import { hostNameRules, nameOf, parentOf } from '../folders/relative-path.ts'
import { seenTraits, usualTraits } from '../target-traits.ts'
import { compareNames } from './compare-names.ts'
import { TargetNames } from './target-names.ts'

/** Where a listed entry would lie: `becomes` where its own name is another there; `error` where it cannot be. */
export type NamePreview =
  | { readonly path: string; readonly becomes?: string }
  | { readonly path?: undefined; readonly error: ErrorEnvelope }

/**
 * What would become of the names of a delivery in that folder, without writing into it: whoever asks has not agreed to
 * anything yet. `folder` absent: this machine may not look, so its usual rules count.
 */
export function previewNames(
  folder: string | undefined,
  paths: readonly string[],
  policy: NamePolicy,
): ReadonlyMap<string, NamePreview> {
  using names = new TargetNames(folder === undefined ? usualTraits(hostNameRules) : nearestTraits(folder), policy)
  const previews = new Map<string, NamePreview>()
  for (const path of inTreeOrder(paths)) previews.set(path, previewOf(names, path))
  return previews
}

function previewOf(names: TargetNames, path: string): NamePreview {
  try {
    const entry = names.place(path)
    return entry.mappedFrom === undefined ? { path: entry.path } : { path: entry.path, becomes: nameOf(entry.path) }
  } catch (thrown) {
    return { error: TernError.from(thrown).toEnvelope() }
  }
}

/** Each path once, each folder before what it holds, also those that nobody listed. */
function inTreeOrder(paths: readonly string[]): string[] {
  const all = new Set(paths)
  for (const path of paths) {
    for (let above = parentOf(path); above !== '' && !all.has(above); above = parentOf(above)) all.add(above)
  }
  // NUL is less than all that names are made of.
  const keys = [...all].map((path) => path.replaceAll('/', '\0'))
  return keys.sort(compareNames).map((key) => key.replaceAll('\0', '/'))
}

/** Of the nearest folder that is there: the others are still to be made. */
function nearestTraits(folder: string): NameTraits {
  for (let at = folder; ; at = dirname(at)) {
    try {
      return seenTraits(at)
    } catch {
      if (dirname(at) === at) return usualTraits(hostNameRules)
    }
  }
}
