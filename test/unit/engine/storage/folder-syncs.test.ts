import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { FolderSyncs } from '../../../../src/engine/storage/folders/folder-syncs.ts'
import { openFolderTree } from '../../../../src/engine/storage/folders/open-folder-tree.ts'
import { tempFolder } from '../../../helpers/temp-folder.ts'

describe('FolderSyncs', () => {
  function open() {
    const root = tempFolder()
    mkdirSync(join(root, 'a'))
    const folders = openFolderTree(root, { side: 'target' })
    onTestFinished(() => folders[Symbol.dispose]())
    return { root, syncs: new FolderSyncs(folders) }
  }

  it('answers no caller before the folders that another call took over are durable', async () => {
    const { syncs } = open()
    const order: number[] = []
    syncs.add('a')
    await Promise.all([0, 1, 2].map((number) => syncs.flush().then(() => order.push(number))))
    expect(order).toEqual([0, 1, 2])
  })

  it('keeps folders due after a failure, and forgets those that are gone', async () => {
    const { root, syncs } = open()
    syncs.add('a')
    syncs.add('gone')
    renameSync(join(root, 'a'), join(root, 'b'))
    writeFileSync(join(root, 'a'), 'a file now')
    await expect(syncs.flush()).rejects.toMatchObject({ code: 'FOLDER_OVER_FILE' })
    await expect(syncs.flush()).rejects.toMatchObject({ code: 'FOLDER_OVER_FILE' })
  })
})
