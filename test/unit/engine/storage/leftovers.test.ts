import { existsSync, mkdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { removePartial, removeStagingLeftover } from '../../../../src/engine/storage/index.ts'
import { tempFolder } from '../../../helpers/temp-folder.ts'

const partialName = '.tern-0123456789abcdef0123456789abcdef.part'

/** What the journal would name, as files of a root. */
const leftovers = [
  {
    what: 'a partial at the root',
    holder: '',
    at: partialName,
    remove: async (root: string) => removePartial(root, 'x', partialName),
  },
  {
    what: 'a partial below it',
    holder: 'a',
    at: `a/${partialName}`,
    remove: async (root: string) => removePartial(root, 'a/x', partialName),
  },
  {
    what: 'a staging folder',
    holder: partialName,
    at: `${partialName}/1`,
    remove: (root: string) => removeStagingLeftover(root, partialName),
  },
]

describe.each(leftovers)('$what that a run has left', ({ holder, at, remove }) => {
  function left(): string {
    const root = join(tempFolder(), 'root')
    mkdirSync(join(root, holder), { recursive: true })
    writeFileSync(join(root, at), 'left over')
    return root
  }

  it('is not called removed where its drive may be away: no root, or an empty one', async () => {
    const root = left()
    renameSync(root, `${root}-away`)
    expect(await remove(root)).toBe(false)
    mkdirSync(root)
    expect(await remove(root)).toBe(false)
    rmdirSync(root)
    renameSync(`${root}-away`, root)
    expect(await remove(root)).toBe(true)
    expect(existsSync(join(root, at))).toBe(false)
  })

  it('is not missed for ever where a person removed it, with its folder or alone', async () => {
    const root = left()
    writeFileSync(join(root, 'other'), '')
    rmSync(join(root, at))
    expect(await remove(root)).toBe(true)
    rmSync(join(root, holder === '' ? 'nothing' : holder), { recursive: true, force: true })
    expect(await remove(root)).toBe(true)
  })
})
