import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, renameSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { SourceFolder } from '../../../../src/engine/storage/index.ts'
import { tempFolder } from '../../../helpers/temp-folder.ts'

describe.each([
  ['handles', true],
  ['checked paths', false],
])('SourceFolder by %s', (_name, useHandles) => {
  function open(root = tempFolder()) {
    const source = new SourceFolder(root, { useHandles })
    onTestFinished(() => source.close())
    const read = (path: string) => {
      const reader = source.open(path)
      onTestFinished(() => reader.close())
      return reader
    }
    return { root, source, read }
  }

  it('reads at any position, up to the end', () => {
    const { root, read } = open()
    mkdirSync(join(root, 'a'))
    writeFileSync(join(root, 'a/x'), '0123456789')
    const reader = read('a/x')
    expect(reader.identity.sizeBytes).toBe(10)
    const buffer = Buffer.alloc(6)
    expect(reader.read(buffer, 2)).toBe(6)
    expect(buffer.toString()).toBe('234567')
    expect(reader.read(buffer, 8)).toBe(2)
    expect(reader.read(buffer, 10)).toBe(0)
    reader.assertUnchanged()
  })

  it.each([
    ['grows', (at: string) => appendFileSync(at, 'more')],
    ['shrinks', (at: string) => truncateSync(at, 2)],
    [
      'is written with the same size',
      (at: string) => {
        writeFileSync(at, '9876543210')
        utimesSync(at, 1, 1)
      },
    ],
  ])('fails with SOURCE_CHANGED when the file %s', (_what, change) => {
    const { root, read } = open()
    writeFileSync(join(root, 'x'), '0123456789')
    const reader = read('x')
    change(join(root, 'x'))
    expect(() => reader.assertUnchanged()).toThrow(expect.objectContaining({ code: 'SOURCE_CHANGED' }))
  })

  it('reads the version it opened when another takes its name', () => {
    const { root, read } = open()
    writeFileSync(join(root, 'x'), 'old')
    const reader = read('x')
    writeFileSync(join(root, 'y'), 'new')
    renameSync(join(root, 'y'), join(root, 'x'))
    const buffer = Buffer.alloc(3)
    reader.read(buffer, 0)
    expect(buffer.toString()).toBe('old')
    reader.assertUnchanged()
  })

  it('refuses links, special files, folders and paths that lead elsewhere', () => {
    const { root, source } = open()
    const outside = tempFolder()
    writeFileSync(join(outside, 'secret'), 'x')
    symlinkSync(join(outside, 'secret'), join(root, 'file-link'))
    symlinkSync(outside, join(root, 'folder-link'))
    mkdirSync(join(root, 'folder'))
    execFileSync('mkfifo', [join(root, 'pipe')])
    for (const [path, code] of [
      ['file-link', 'LINK_IN_PATH'],
      ['folder-link/secret', 'LINK_IN_PATH'],
      ['folder', 'SPECIAL_FILE'],
      ['pipe', 'SPECIAL_FILE'],
      ['none', 'SOURCE_NOT_FOUND'],
      ['none/x', 'SOURCE_NOT_FOUND'],
      ['../x', 'PATH_ESCAPES_ROOT'],
      ['folder/../../x', 'PATH_ESCAPES_ROOT'],
      [join(outside, 'secret'), 'PATH_ESCAPES_ROOT'],
    ] as const) {
      expect(() => source.open(path), path).toThrow(expect.objectContaining({ code }))
    }
  })

  it('keeps working with far more folders than it holds open', () => {
    const { root, read } = open()
    for (let i = 0; i < 400; i += 1) {
      mkdirSync(join(root, `d${i}/e`), { recursive: true })
      writeFileSync(join(root, `d${i}/e/x`), String(i))
    }
    for (const round of [0, 1]) {
      for (let i = 0; i < 400; i += 1) {
        const buffer = Buffer.alloc(8)
        const reader = read(`d${i}/e/x`)
        expect(buffer.toString('utf8', 0, reader.read(buffer, 0)), `round ${round}`).toBe(String(i))
        reader.close()
      }
    }
  })
})
