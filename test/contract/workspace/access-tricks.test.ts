import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { OperationInput, OperationName } from '../../../src/shared/contract/operations.ts'
import type { JobId } from '../../../src/shared/domain/ids.ts'
import { StoredWorkspace } from '../../helpers/wire/stored-workspace.ts'
import type { TestClient } from './support.ts'

/** What a path may look like that tries to leave `mine`, where `theirs` lies beside it. */
const tricks = [
  '..',
  '../',
  '../theirs',
  '../theirs/secret.mov',
  './../theirs/secret.mov',
  'sub/../../theirs/secret.mov',
  '..\\theirs\\secret.mov',
  'sub\\..\\..\\theirs\\secret.mov',
  '.. /theirs/secret.mov',
  '..  /theirs/secret.mov',
  '%2e%2e/theirs/secret.mov',
  '..%2ftheirs%2fsecret.mov',
  '//../theirs/secret.mov',
  '/../theirs/secret.mov',
  './/.././theirs/secret.mov',
  '../Theirs/secret.mov',
  '..\0/theirs/secret.mov',
  'x\0/../../theirs/secret.mov',
  '．．/theirs/secret.mov',
  '․․/theirs/secret.mov',
  '..;/theirs/secret.mov',
  '.../theirs/secret.mov',
  'link/secret.mov',
  'link',
  'file-link.mov',
  '../../outside.mov',
  '../../../outside.mov',
  `${'../'.repeat(60)}etc/passwd`,
]

/** Ways to write `mine` itself so that it might be taken for something else, or something else for it. */
const starts = [
  'mine',
  'mine/',
  'mine//',
  './mine',
  'mine/.',
  'Mine',
  'MINE',
  'mine.',
  'mine ',
  'mine\\',
  'ｍine',
  'mine/./',
]

const secretSize = 4242

/** Every operation that takes a path, with the path in each of its places. */
const asks: readonly [OperationName, (path: string, shareId: string) => unknown][] = [
  ['file/list', (path) => ({ path: `share=reel/${path}` })],
  ['file/list', (path) => ({ path: `share=reel/${path}`, isRecursive: true, withFolderSizes: true })],
  ['file/size', (path) => ({ path: `share=reel/${path}` })],
  ['file/exists', (path) => ({ path: `share=reel/${path}` })],
  ['file/make-folder', (path) => ({ path: `share=reel/${path}/made` })],
  ['file/rename', (path) => ({ path: `share=reel/${path}`, to: 'renamed' })],
  ['file/rename', (path) => ({ path: 'share=reel/mine/own.mov', to: `share=reel/${path}` })],
  ['file/move', (path) => ({ path: `share=reel/${path}`, to: 'share=reel/mine/taken' })],
  ['file/move', (path) => ({ path: 'share=reel/mine/own.mov', to: `share=reel/${path}` })],
  ['file/delete', (path) => ({ path: `share=reel/${path}`, isForced: true })],
  ['share/folder', (path, shareId) => ({ shareId, path })],
]

let stored: StoredWorkspace
let mia: TestClient
let reel: string

async function open(): Promise<void> {
  stored = await StoredWorkspace.open()
  const { john, workspace, films, folder } = stored
  stored.write('reel/mine/own.mov', 'own')
  stored.write('reel/mine/sub/deep.mov', 'deep')
  stored.write('reel/theirs/secret.mov', 's'.repeat(secretSize))
  writeFileSync(join(folder, 'outside.mov'), 's'.repeat(secretSize))
  symlinkSync(join(films, 'reel/theirs'), join(films, 'reel/mine/link'))
  symlinkSync(join(films, 'reel/theirs/secret.mov'), join(films, 'reel/mine/file-link.mov'))
  mkdirSync(join(films, 'reel/mine/...'))
  reel = (
    await john.call('share/create', { code: 'reel', name: 'Reel', kind: 'folder', parent: 'films', path: 'reel' })
  ).id
  mia = await workspace.person('mia@example.com', 'Mia', 'standard', john)
  await john.call('acl/create', { user: mia.user.id, share: reel, path: 'mine', mayRead: true, mayWrite: true })
}

/** All that mia was never given, as it lies on the disk: of the volume, and beside it. */
function foreign(): string {
  const all: string[] = []
  const walk = (folder: string, below: string) => {
    for (const name of readdirSync(folder).sort()) {
      const path = join(below, name)
      if (path === 'films/reel/mine' || path === 'storage') continue
      const file = join(folder, name)
      if (statSync(file).isDirectory()) {
        all.push(`${path}/`)
        walk(file, path)
      } else all.push(`${path} ${readFileSync(file).length}`)
    }
  }
  walk(stored.folder, '')
  return all.join('\n')
}

it('no way to write a path leads out of what was given', { timeout: 60_000 }, async () => {
  await open()
  const { entries } = await mia.call('file/list', { path: 'share=reel/mine' })
  expect(entries.map(({ name }) => name)).toEqual(['...', 'sub', 'own.mov'])
  const before = foreign()
  expect(before).toContain('films/reel/theirs/secret.mov 4242')
  const paths = [
    ...tricks.flatMap((trick) => [trick, `mine/${trick}`]),
    ...starts.flatMap((start) => [`${start}/../theirs/secret.mov`, `${start}/../../../outside.mov`]),
  ]
  let checked = 0
  for (const path of paths) {
    for (const [operation, input] of asks) {
      checked += 1
      const { status, body } = await mia.post(operation, JSON.stringify(input(path, reel)))
      const told = `${operation} ${JSON.stringify(path)}: ${JSON.stringify(body)}`
      expect(status, told).toBeLessThan(500)
      // An error names the path as it was asked for; an answer names what is there.
      if (body.value) expect(JSON.stringify(body.value), told).not.toMatch(/secret|4242|outside|theirs/)
      if (body.value && operation === 'file/exists' && /secret|outside/.test(path))
        expect(body.value, told).toEqual({ exists: false })
      expect(foreign(), told).toBe(before)
      // For the next one.
      if (!existsSync(join(stored.films, 'reel/mine/own.mov'))) stored.write('reel/mine/own.mov', 'own')
    }
  }
  process.stdout.write(`paths: ${checked} combinations checked\n`)
})

it('nor does a job, a grant, a folder or a collection', { timeout: 60_000 }, async () => {
  await open()
  const { john } = stored
  const sam = await stored.workspace.person('sam@example.com', 'Sam', 'standard', john)
  const paths = [...tricks.map((trick) => `mine/${trick}`), ...starts.map((start) => `${start}/../theirs/secret.mov`)]
  const isWithin = (path: string) =>
    path.split(/[/\\]/)[0] === 'mine' && !path.split(/[/\\]/).some((part) => /^\.\. *$/.test(part))
  for (const path of paths) {
    for (const spec of [
      { source: `share=reel/${path}`, destination: sam.user.email },
      { source: '/mine/x', destination: `share=reel/${path}` },
    ]) {
      const { body } = await mia.post('transfer/create', JSON.stringify({ spec }))
      const id = (body.value as { jobs: { id: JobId }[] } | undefined)?.jobs[0]?.id
      if (id === undefined) continue
      const { tasks } = await john.call('task/list', { jobId: id })
      for (const { source, destination } of tasks) {
        const end = source.shareId === undefined ? destination : source
        expect(isWithin(end.path), `${JSON.stringify(spec)} ${JSON.stringify(end)}`).toBe(true)
      }
    }
    const inputs: { [Name in 'acl/create' | 'share/create' | 'collection/create']: OperationInput<Name> } = {
      'acl/create': { user: sam.user.id, share: reel, path, mayRead: true, mayWrite: false },
      'share/create': { name: 'X', kind: 'folder', parent: 'reel', path },
      'collection/create': { name: 'X', files: [`share=reel/${path}`] },
    }
    for (const [operation, input] of Object.entries(inputs)) {
      const { status, body } = await john.post(operation, JSON.stringify(input))
      expect(status).toBeLessThan(500)
      if (body.value === undefined) continue
      const { acl, relativePath, files } = body.value as {
        acl?: { path: string }
        relativePath?: string
        files?: { path: string }[]
      }
      const kept = acl?.path ?? relativePath ?? files?.[0]?.path ?? ''
      expect(
        kept.split(/[/\\]/).some((part) => /^\.\. *$/.test(part)),
        `${operation} ${path}: ${kept}`,
      ).toBe(false)
    }
  }
})
