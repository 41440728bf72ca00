import { beforeEach, describe, expect, test } from 'vitest'
import { randomFrom } from '../../../fuzz/random.ts'
import { Disk } from './disk.ts'
import { FileCalls } from './file-calls.ts'
import { FileNode } from './nodes.ts'

const at = '/receiver/target'
const seeds = Array.from({ length: 60 }, (_, seed) => seed)
let disk: Disk
let calls: FileCalls

function fresh(): void {
  disk = new Disk()
  disk.mount(at, 'receiver')
  disk.mount('/receiver/other', 'receiver')
  calls = new FileCalls(disk, {
    enter: () => undefined,
    // Never a short read or write.
    random: { integer: () => 1, pick: ([first]) => first as never, onceIn: () => false },
    nowNs: () => 0n,
    bootId: () => 'boot',
    later: (_, work) => work(),
  })
}

beforeEach(fresh)

function write(name: string, content: string, isSynced: boolean): void {
  const fd = calls.openSync(`${at}/${name}`, 'w')
  calls.writeSync(fd, Buffer.from(content), 0, content.length, 0)
  if (isSynced) calls.fsyncSync(fd)
  calls.closeSync(fd)
}

function syncFolder(path = at): void {
  const fd = calls.openSync(path, 'r')
  calls.fsyncSync(fd)
  calls.closeSync(fd)
}

/** What a path shows after lost power, over many seeds. */
function outcomes(name: string, story: () => void): Set<string> {
  return new Set(
    seeds.map((seed) => {
      fresh()
      story()
      disk.losePower('receiver', randomFrom(seed))
      const content = calls.existsSync(`${at}/${name}`) ? calls.readFileSync(`${at}/${name}`, 'latin1') : undefined
      return content === undefined ? 'absent' : String(content)
    }),
  )
}

describe('lost power', () => {
  test('what is synced, and its folder too, stays', () => {
    expect(
      outcomes('x', () => {
        write('x', 'new', true)
        syncFolder()
      }),
    ).toEqual(new Set(['new']))
  })

  test('a file that was synced may lose its name', () => {
    expect(outcomes('x', () => write('x', 'new', true))).toEqual(new Set(['new', 'absent']))
  })

  test('a name may stay although the data is lost, and the size may be there before the data', () => {
    const found = outcomes('x', () => {
      write('x', 'new', false)
      syncFolder()
    })
    expect(found).toEqual(new Set(['new', '', '\0\0\0']))
  })

  test('a rename shows the old or the new one, never nothing', () => {
    expect(
      outcomes('x', () => {
        write('x', 'old', true)
        syncFolder()
        write('y', 'new', true)
        calls.renameSync(`${at}/y`, `${at}/x`)
      }),
    ).toEqual(new Set(['old', 'new']))
  })

  test('a write is torn at sectors', () => {
    const found = outcomes('x', () => {
      write('x', 'a'.repeat(2048), true)
      syncFolder()
      const fd = calls.openSync(`${at}/x`, 'r+')
      calls.writeSync(fd, Buffer.alloc(2048, 'b'), 0, 2048, 0)
      calls.closeSync(fd)
    })
    expect(found.size).toBeGreaterThan(4)
    for (const content of found) expect(content).toMatch(/^(?:a{512}|b{512}){4}$/)
  })

  test('a folder whose own name is lost takes all that was synced in it along', () => {
    const found = outcomes('f/x', () => {
      calls.mkdirSync(`${at}/f`)
      write('f/x', 'new', true)
      syncFolder(`${at}/f`)
    })
    expect(found).toEqual(new Set(['new', 'absent']))
  })

  test('a sync of the device keeps everything on it, and nothing on others', () => {
    expect(
      outcomes('f/x', () => {
        calls.mkdirSync(`${at}/f`)
        write('f/x', 'new', false)
        calls.syncDeviceOf(calls.openSync(at, 'r'), () => undefined)
      }),
    ).toEqual(new Set(['new']))
  })
})

test('a path goes through open handles, and says where they lie now', () => {
  calls.mkdirSync(`${at}/a`)
  const fd = calls.openSync(`${at}/a`, 'r')
  calls.renameSync(`${at}/a`, `${at}/b`)
  expect(calls.readlinkSync(`/proc/self/fd/${fd}`)).toBe(`${at}/b`)
  write('b/x', 'found', false)
  expect(calls.lstatSync(`/proc/self/fd/${fd}/x`)?.size).toBe(5)
  expect(calls.readdirSync(`/proc/self/fd/${fd}`)).toEqual(['x'])
})

test('refuses what a system refuses', () => {
  calls.symlinkSync('/elsewhere', `${at}/link`)
  write('file', 'x', false)
  const code = (call: () => unknown): string => {
    try {
      call()
      return 'nothing'
    } catch (thrown) {
      return (thrown as NodeJS.ErrnoException).code ?? 'no code'
    }
  }
  expect(code(() => calls.openSync(`${at}/link`, 0o400000))).toBe('ELOOP')
  expect(code(() => calls.openSync(`${at}/file`, 'wx'))).toBe('EEXIST')
  expect(code(() => calls.openSync(`${at}/file/x`))).toBe('ENOTDIR')
  expect(code(() => calls.openSync(`${at}/none`))).toBe('ENOENT')
  expect(code(() => calls.renameSync(`${at}/file`, '/receiver/other/file'))).toBe('EXDEV')
  expect(code(() => calls.rmdirSync('/receiver'))).toBe('ENOTEMPTY')
  expect(disk.stableFile(`${at}/file`)).toBeUndefined()
  expect(disk.root.entries.get('receiver')).not.toBeInstanceOf(FileNode)
})
