import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readJsonFile, readTextFile, writeFileAtomic, writeJsonFile } from '../../../src/platform/atomic-file.ts'
import { codeForErrno } from '../../../src/platform/errno.ts'
import { errorTable } from '../../../src/shared/domain/errors.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tern-atomic-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('writeFileAtomic', () => {
  it('makes missing folders, is private by default and leaves no temporary file', async () => {
    const path = join(folder, 'a', 'b', 'state.json')
    await writeFileAtomic(path, 'one')
    expect(readFileSync(path, 'utf8')).toBe('one')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(join(folder, 'a', 'b'))).toEqual(['state.json'])
  })

  it('replaces the content and takes the mode asked for', async () => {
    const path = join(folder, 'state.json')
    writeFileSync(path, 'old')
    chmodSync(path, 0o640)
    await writeFileAtomic(path, 'new', { mode: 0o644 })
    expect(readFileSync(path, 'utf8')).toBe('new')
    expect(statSync(path).mode & 0o777).toBe(0o644)
  })

  it('keeps the old file when the new one cannot be placed', async () => {
    const occupied = join(folder, 'occupied')
    await writeFileAtomic(join(occupied, 'inner'), 'x')
    await expect(writeFileAtomic(occupied, 'y')).rejects.toMatchObject({ name: 'TernError' })
    expect(readdirSync(folder)).toEqual(['occupied'])
  })

  it('survives many writers of the same path: one of their contents is there', async () => {
    const path = join(folder, 'state.json')
    await Promise.all(Array.from({ length: 20 }, (_, i) => writeJsonFile(path, { i })))
    expect(await readJsonFile(path)).toEqual({ i: expect.any(Number) })
    expect(readdirSync(folder)).toEqual(['state.json'])
  })
})

describe('reading', () => {
  it('answers undefined for a file that is not there', async () => {
    expect(await readTextFile(join(folder, 'none'))).toBeUndefined()
    expect(await readJsonFile(join(folder, 'none'))).toBeUndefined()
  })

  it('tells a damaged file from an absent one', async () => {
    writeFileSync(join(folder, 'bad'), '{"a":')
    await expect(readJsonFile(join(folder, 'bad'))).rejects.toMatchObject({ code: 'STORE_CORRUPT' })
  })
})

describe('codeForErrno', () => {
  it.each([
    ['ENOSPC', 'target', 'DISK_FULL'],
    ['EDQUOT', 'target', 'DISK_FULL'],
    ['EROFS', 'target', 'TARGET_NOT_WRITABLE'],
    ['EACCES', 'target', 'TARGET_NOT_WRITABLE'],
    ['EACCES', 'source', 'SOURCE_UNREADABLE'],
    ['ENOENT', 'source', 'SOURCE_NOT_FOUND'],
    ['ENODEV', 'target', 'DRIVE_GONE'],
    ['ESTALE', 'source', 'DRIVE_GONE'],
    ['ETXTBSY', 'target', 'TARGET_LOCKED'],
    ['EWHATEVER', 'target', 'IO_ERROR'],
  ] as const)('%s on the %s is %s', (errno, side, code) => {
    expect(codeForErrno(errno, side)).toBe(code)
  })

  it('takes having no handle left for what passes, never for something that is too large', () => {
    for (const errno of ['EMFILE', 'ENFILE']) {
      for (const side of ['source', 'target'] as const)
        expect(errorTable[codeForErrno(errno, side)].retry).toBe('backoff')
    }
  })
})
