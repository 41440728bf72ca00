import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { WorkspaceConnection } from '../../../src/client/connection/workspace-connection.ts'
import { EndpointResolver } from '../../../src/client/dispatches/endpoint-resolver.ts'
import { FileAnswers } from '../../../src/client/files/file-answers.ts'
import type { Grants } from '../../../src/client/grants/grants.ts'
import { silentLogger } from '../../../src/platform/logger.ts'
import { clientFrame, serverFrame } from '../../../src/shared/contract/stream.ts'
import type { FileOrder, FilesAnswer, FoundFile } from '../../../src/shared/contract/stream-files.ts'
import type { ShareId } from '../../../src/shared/domain/ids.ts'
import { Studio } from '../../helpers/client/studio.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

const shareId = 'a'.repeat(24) as ShareId
const folderId = 'b'.repeat(24) as ShareId

/** A storage's side of file operations, asked as a workspace asks. */
class Storage {
  readonly outside = tempFolder()
  readonly root = join(tempFolder(), 'volume')
  readonly answers: FilesAnswer[] = []
  readonly files: FileAnswers
  busy = ''
  #number = 0
  #waiting: ((answer: FilesAnswer) => void)[] = []

  constructor() {
    mkdirSync(join(this.root, 'reel'), { recursive: true })
    const resolver = new EndpointResolver({} as Grants, [this.root])
    resolver.setShares([
      { id: shareId, path: this.root },
      { id: folderId, path: join(this.root, 'reel') },
    ])
    this.files = new FileAnswers({
      resolver,
      logger: silentLogger,
      isBusy: async (path) => this.busy !== '' && join(this.root, this.busy) === path,
      send: (frame) => {
        const answer = clientFrame.parse(JSON.parse(JSON.stringify(frame))) as FilesAnswer
        this.answers.push(answer)
        this.#waiting.shift()?.(answer)
      },
    })
    onTestFinished(() => this.files[Symbol.dispose]())
  }

  request(order: FileOrder): string {
    const requestId = String(this.#number++)
    const frame = serverFrame.parse({ type: 'files.request', requestId, order })
    if (frame.type === 'files.request') void this.files.receive(frame)
    return requestId
  }

  next(): Promise<FilesAnswer> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  async ask(order: FileOrder): Promise<FilesAnswer> {
    const answer = this.next()
    this.request(order)
    return await answer
  }

  async list(path = '', more: { depth?: number; withFolderSizes?: boolean; exclude?: string } = {}) {
    const { depth = 1, withFolderSizes = false, exclude } = more
    const entries: FoundFile[] = []
    const first = this.next()
    const requestId = this.request({
      op: 'list',
      shareId,
      path,
      depth,
      withFolderSizes,
      ...(exclude !== undefined && { exclude }),
    })
    let frames = 1
    for (let answer = await first; ; frames += 1) {
      if (answer.error) throw Object.assign(new Error(answer.error.code), { code: answer.error.code })
      entries.push(...(answer.entries ?? []))
      if (answer.isLast) return { entries, frames }
      const next = this.next()
      await this.files.receive({ type: 'files.more', requestId })
      answer = await next
    }
  }

  async names(path = '', depth = 1): Promise<string[]> {
    return (await this.list(path, { depth })).entries.map(({ name, depth: at }) => `${'  '.repeat(at - 1)}${name}`)
  }

  async code(order: FileOrder): Promise<string | undefined> {
    return (await this.ask(order)).error?.code
  }

  write(path: string, text = 'x'): void {
    mkdirSync(join(this.root, path, '..'), { recursive: true })
    writeFileSync(join(this.root, path), text)
  }
}

let storage: Storage
beforeEach(() => {
  storage = new Storage()
})

const place = (path: string) => ({ shareId, path })
const remove = (path: string, isForced = false): FileOrder => ({ op: 'remove', ...place(path), isForced })
const move = (path: string, to: string): FileOrder => ({ op: 'move', ...place(path), to: place(to) })

describe('listing', () => {
  it('shows what can be transferred, a folder after what it holds', async () => {
    storage.write('reel/one.mov', 'abc')
    storage.write('reel/deep/two.mov', 'abcd')
    storage.write('a\nb')
    storage.write('.tern-0123456789abcdef01234567.part', 'half')
    symlinkSync(storage.outside, join(storage.root, 'way-out'))
    execFileSync('mkfifo', [join(storage.root, 'pipe')])
    expect(await storage.names()).toEqual(['a\nb', 'reel'])
    expect(await storage.names('', 512)).toEqual(['a\nb', '    two.mov', '  deep', '  one.mov', 'reel'])
    expect(await storage.names('', 2)).toEqual(['a\nb', '  deep', '  one.mov', 'reel'])
    const { entries } = await storage.list('', { withFolderSizes: true })
    expect(entries).toMatchObject([
      { name: 'a\nb', kind: 'file', sizeBytes: 1, depth: 1 },
      { name: 'reel', kind: 'folder', sizeBytes: 7, depth: 1 },
    ])
    expect((await storage.list('', { depth: 9, exclude: 'deep' })).entries.map(({ name }) => name)).not.toContain(
      'two.mov',
    )
  })

  it('of a file, of nothing, and through a link are refused', async () => {
    storage.write('file')
    symlinkSync(storage.outside, join(storage.root, 'link'))
    const code = (path: string) => storage.code({ op: 'list', ...place(path), depth: 1, withFolderSizes: false })
    expect(await code('file')).toBe('FOLDER_OVER_FILE')
    expect(await code('gone')).toBe('SOURCE_NOT_FOUND')
    expect(await code('link')).toBe('LINK_IN_PATH')
    expect(await code('link/below')).toBe('LINK_IN_PATH')
    for (const path of ['..', '../x', 'reel/../..', '/etc', 'a\0b']) expect(await code(path)).toMatch(/^PATH_/)
    expect(await storage.code({ op: 'size', shareId: 'c'.repeat(24) as ShareId, path: '' })).toBe('NOT_FOUND')
  })

  it('sums sizes and tells what is there', async () => {
    storage.write('reel/one.mov', 'abc')
    storage.write('reel/deep/two.mov', 'abcd')
    expect((await storage.ask({ op: 'size', ...place('reel') })).found).toMatchObject({ kind: 'folder', sizeBytes: 7 })
    const moved = await storage.ask({ op: 'size', ...place(''), include: 'two.*' })
    expect(moved.found?.sizeBytes).toBe(4)
    const kind = async (path: string) => (await storage.ask({ op: 'look', ...place(path) })).found?.kind
    symlinkSync('/etc/passwd', join(storage.root, 'link'))
    expect(await kind('reel')).toBe('folder')
    expect(await kind('gone')).toBe('none')
    expect(await kind('link')).toBe('none')
    expect(await kind('')).toBe('folder')
  })

  it('comes in parts that are taken when they are wanted', async () => {
    for (let index = 0; index < 2500; index += 1) writeFileSync(join(storage.root, 'reel', `${index}.dpx`), '')
    const { entries, frames } = await storage.list('reel')
    expect(new Set(entries.map(({ name }) => name)).size).toBe(2500)
    expect(frames).toBe(3)
    const first = storage.next()
    const requestId = storage.request({ op: 'list', ...place('reel'), depth: 1, withFolderSizes: false })
    await first
    await storage.files.receive({ type: 'files.stop', requestId })
    const count = storage.answers.length
    await storage.files.receive({ type: 'files.more', requestId })
    expect(storage.answers.length).toBe(count)
  })
})

describe('changes', () => {
  it('make one folder whose parent is there', async () => {
    expect(await storage.code({ op: 'make', ...place('reel/new') })).toBeUndefined()
    expect(existsSync(join(storage.root, 'reel/new'))).toBe(true)
    expect(await storage.code({ op: 'make', ...place('reel/new') })).toBe('FILE_EXISTS')
    expect(await storage.code({ op: 'make', ...place('no/new') })).toBe('SOURCE_NOT_FOUND')
    expect(await storage.code({ op: 'make', ...place('.tern-staging-x') })).toBe('NAME_NOT_ALLOWED')
    expect(await storage.code({ op: 'make', ...place('') })).toBe('PATH_INVALID')
  })

  it('move in one step and never onto something', async () => {
    storage.write('reel/one.mov', 'one')
    storage.write('two.mov', 'two')
    expect(await storage.code(move('reel/one.mov', 'two.mov'))).toBe('FILE_EXISTS')
    expect(await storage.code(move('reel/one.mov', 'reel'))).toBe('FILE_EXISTS')
    expect(readFileSync(join(storage.root, 'two.mov'), 'utf8')).toBe('two')
    expect(await storage.code(move('reel/one.mov', 'three.mov'))).toBeUndefined()
    expect(readFileSync(join(storage.root, 'three.mov'), 'utf8')).toBe('one')
    expect(await storage.code(move('reel', 'reel/inside'))).toBe('PATH_INVALID')
    expect(await storage.code(move('reel', 'roll'))).toBeUndefined()
    expect(await storage.code(move('gone', 'here'))).toBe('SOURCE_NOT_FOUND')
    expect(await storage.code(move('roll', ''))).toBe('PATH_INVALID')
    symlinkSync(storage.outside, join(storage.root, 'link'))
    expect(await storage.code(move('roll', 'link/roll'))).toBe('LINK_IN_PATH')
    expect(await storage.code(move('link', 'other'))).toBe('LINK_IN_PATH')
  })

  it('remove files and empty folders, others when forced, and no share', async () => {
    storage.write('reel/deep/two.mov')
    storage.write('reel/.tern-0123456789abcdef01234567.part')
    storage.write('one')
    expect(await storage.code(remove('one'))).toBeUndefined()
    expect(await storage.code(remove('one'))).toBe('SOURCE_NOT_FOUND')
    expect(await storage.code(remove('reel'))).toBe('FOLDER_NOT_EMPTY')
    expect(await storage.code({ op: 'remove', shareId: folderId, path: '', isForced: true })).toBe('PATH_INVALID')
    storage.busy = 'reel'
    expect(await storage.code(remove('reel', true))).toBe('TARGET_BUSY')
    storage.busy = ''
    writeFileSync(join(storage.outside, 'kept'), 'kept')
    symlinkSync(storage.outside, join(storage.root, 'reel/deep/link'))
    symlinkSync('nowhere', join(storage.root, 'reel/broken'))
    execFileSync('mkfifo', [join(storage.root, 'reel/pipe')])
    const notText = Buffer.concat([Buffer.from(join(storage.root, 'reel/caf')), Buffer.from([0xe9])])
    mkdirSync(notText)
    writeFileSync(Buffer.concat([notText, Buffer.from('/'), Buffer.from([0xff])]), '')
    expect(await storage.code(remove('reel', true))).toBeUndefined()
    expect(readdirSync(storage.root)).toEqual([])
    expect(readdirSync(storage.outside)).toEqual(['kept'])
  })

  it('leave a tree that is too deep, and say so', async () => {
    const depth = 600
    process.chdir(join(storage.root, 'reel'))
    onTestFinished(() => process.chdir('/'))
    for (let level = 0; level < depth; level += 1) {
      mkdirSync('d')
      process.chdir('d')
    }
    expect(await storage.code(remove('reel', true))).toBe('PATH_INVALID')
    expect((await storage.list('', { depth: 512 })).entries.length).toBeGreaterThan(500)
  })
})

describe('somebody who swaps folders for links all the time', () => {
  /** A thread that turns `reel` into a link to the outside and back. */
  function swapping(): Worker {
    const worker = new Worker(
      `const { renameSync } = require('node:fs'); const { join } = require('node:path')
       const { root } = require('node:worker_threads').workerData
       const at = (name) => join(root, name)
       for (;;) {
         try { renameSync(at('reel'), at('kept-reel')); renameSync(at('link'), at('reel')) } catch {}
         try { renameSync(at('reel'), at('link')); renameSync(at('kept-reel'), at('reel')) } catch {}
       }`,
      { eval: true, workerData: { root: storage.root } },
    )
    onTestFinished(() => void worker.terminate())
    return worker
  }

  it('gets nothing from outside listed, moved, made or removed', async () => {
    writeFileSync(join(storage.outside, 'secret'), 'secret')
    mkdirSync(join(storage.outside, 'inner'))
    writeFileSync(join(storage.outside, 'inner/secret'), 'secret')
    storage.write('reel/inner/mine')
    symlinkSync(storage.outside, join(storage.root, 'link'))
    const worker = swapping()
    let [listed, refused] = [0, 0]
    for (let round = 0; round < 300; round += 1) {
      const answer = await storage.list('reel', { depth: 9 }).catch(() => undefined)
      if (answer) listed += 1
      else refused += 1
      expect(answer?.entries.map(({ name }) => name) ?? []).not.toContain('secret')
      await storage.ask({ op: 'make', ...place(`reel/inner/made-${round}`) })
      await storage.ask(move('reel/inner/secret', `stolen-${round}`))
      await storage.ask(remove('reel/inner', round % 7 === 0))
      await storage.ask(remove('reel/secret', true))
    }
    await worker.terminate()
    // The race was one: both were met.
    expect(Math.min(listed, refused)).toBeGreaterThan(0)
    expect(readdirSync(storage.outside).sort()).toEqual(['inner', 'secret'])
    expect(readdirSync(join(storage.outside, 'inner'))).toEqual(['secret'])
    expect(readdirSync(storage.root).filter((name) => name.startsWith('stolen'))).toEqual([])
    rmSync(join(storage.root, 'link'), { force: true })
  })
})

describe('a transfer under way', () => {
  it('keeps what it writes where it is', async () => {
    const studio = await Studio.open()
    const mia = await studio.admin({ limitBytesPerSecond: 512 * 1024 })
    const source = join(tempFolder(), 'reel.mov')
    writeFileSync(source, Buffer.alloc(4 * 1024 * 1024, 7))
    const { workspaceId } = studio
    await mia.send({
      items: [{ path: source, kind: 'file' }],
      target: { kind: 'share', workspaceId, code: 'projects', path: 'from/mia' },
    })
    await mia.untilRow((row) => row.status === 'running' && existsSync(join(studio.projects, 'from/mia')))
    const { address, keyHash } = studio.server
    using connection = new WorkspaceConnection({ address, keyHash }, mia.session(workspaceId))
    const answerTo = (path: string) =>
      connection.call('file/delete', { path, isForced: true }).then(
        () => 'done',
        (error) => error.code,
      )
    expect(await answerTo('share=projects/from')).toBe('TARGET_BUSY')
    expect(await answerTo('share=projects/from/mia/reel.mov')).toBe('TARGET_BUSY')
    mkdirSync(join(studio.projects, 'from/others'))
    expect(await answerTo('share=projects/from/others')).toBe('done')
  })
})
