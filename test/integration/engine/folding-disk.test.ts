import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { previewNames, type TransferOutcome } from '../../../src/engine/index.ts'
import { createEnginePair, move } from '../../helpers/engine-pair.ts'
import { makeFoldingDisk } from '../../helpers/folding-disk.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { runTern } from '../../helpers/tern.ts'
import { readTree, setFolderTimes, writeRandomFile } from '../../helpers/tree.ts'

const disk = makeFoldingDisk()
afterAll(() => disk?.[Symbol.dispose]())
const kind = disk?.kind ?? 'needs root and ext4 with casefold, vfat or lowntfs-3g'

describe.skipIf(disk === undefined)(`a real disk that folds names (${kind})`, () => {
  const root = disk?.root ?? ''
  let folder = 0

  async function receive(paths: readonly string[]): Promise<{ outcome: TransferOutcome; at: string; source: string }> {
    const pair = await createEnginePair()
    await using _ = pair
    for (const [index, path] of paths.entries()) writeRandomFile(pair.source, { path, sizeBytes: 10 + index * 60_000 })
    setFolderTimes(pair.source)
    folder += 1
    const at = join(root, `t${folder}`)
    mkdirSync(at)
    const items = [{ itemId: '0', root: at, path: 'in', placement: 'as' as const }]
    const { received } = await move(pair, { receive: { items } })
    const contents = [...readTree(join(at, 'in')).values()].map(({ sha256 }) => sha256).sort()
    expect(contents).toEqual([...readTree(pair.source).values()].map(({ sha256 }) => sha256).sort())
    return { outcome: received, at: join(at, 'in'), source: pair.source }
  }

  test('keeps every file of names that are one to it', async () => {
    const paths = ['Plate.exr', 'plate.exr', 'PLATE.exr', 'Shots/a', 'shots/a', 'SHOTS/b', 'straße', 'STRASSE']
    const { outcome, at } = await receive(paths)
    expect(outcome).toMatchObject({ status: 'done', items: [{ result: { filesDone: paths.length, filesFailed: 0 } }] })
    expect(readdirSync(at)).toHaveLength(8)
  })

  test('is seen to fold by what lies there, without writing to it', () => {
    const at = join(root, 'seen')
    mkdirSync(at)
    writeFileSync(join(at, 'There'), 'x')
    const previews = previewNames(at, ['A', 'a'], 'map')
    expect(previews.get('a')).toMatchObject({ becomes: expect.stringMatching(/^a~tern-/) })
    expect(readdirSync(at)).toHaveLength(1)
  })

  test('holds names that only others can hold as they are', async () => {
    const paths = ['what?', 'a:b/c', 'con', 'dot.', 'space ', 'x\ny']
    const { outcome, at } = await receive(paths)
    expect(outcome.status).toBe('done')
    for (const name of readdirSync(at))
      if (!name.startsWith('a')) expect(readFileSync(join(at, name)).length).toBeGreaterThan(0)
  })

  test('is asked by tern job plan, which tells what each name would become and writes nothing', async () => {
    const source = tempFolder()
    for (const path of ['Plate.exr', 'plate.exr', 'what?']) writeRandomFile(source, { path, sizeBytes: 3 })
    const target = join(root, 'planned')
    mkdirSync(target)
    const { stdout, exitCode, stderr } = await runTern(['job', 'plan', source, `${target}/in`], { isHosting: true })
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({
      create: 3,
      names: [
        { path: 'plate.exr', code: 'NAME_MAPPED' },
        { path: 'what?', code: 'NAME_MAPPED', params: { name: expect.stringMatching(/^what%3F~tern-/) } },
      ],
    })
    expect(readdirSync(target)).toEqual([])
  })
})
