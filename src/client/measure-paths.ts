import { basename, dirname } from 'node:path'
import type { Engine } from '../engine/index.ts'
import type { MeasuredItems } from '../shared/contract/view.ts'
import { TernError } from '../shared/domain/errors.ts'
import type { Grants } from './grants/grants.ts'
import { localPath, realPathOf } from './grants/real-path.ts'

type Measured = Omit<MeasuredItems['items'][number], 'token'>

/** Files and bytes of what a person picked, for the Send sheet; an item that cannot be read says why. */
export async function measurePaths(
  paths: readonly string[],
  engine: Engine,
  grants: Grants,
): Promise<{ files: number; bytes: number; items: readonly Measured[] }> {
  const items: Measured[] = []
  for (const path of paths) items.push(await measurePath(path, engine, grants))
  const files = items.reduce((sum, item) => sum + item.files, 0)
  const bytes = items.reduce((sum, item) => sum + item.bytes, 0)
  return { files, bytes, items }
}

async function measurePath(path: string, engine: Engine, grants: Grants): Promise<Measured> {
  try {
    const real = await realPathOf(localPath(path))
    if (grants.pickedOrigin(real, 'read') === undefined) throw new TernError('PATH_NOT_GRANTED', { path })
    const item = { root: dirname(real), path: basename(real) }
    const { files, bytes } = await engine.scan(item, 0, new AbortController().signal)
    return { files, bytes }
  } catch (thrown) {
    return { files: 0, bytes: 0, error: TernError.from(thrown).toEnvelope() }
  }
}
