import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { createHostIdentity } from '../../../src/platform/certificate.ts'
import { openSqlite } from '../../../src/platform/sqlite.ts'
import { admin, ServedWorkspace } from '../../helpers/served-workspace.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { runTern } from '../../helpers/tern.ts'

// Each test starts several programs one after another, and the machine may have others to run.
vi.setConfig({ testTimeout: 60_000 })

const isPosix = process.platform !== 'win32'
const modeOf = (path: string) => statSync(path).mode & 0o777

describe('tern serve', () => {
  it('says in one line where it is, serves with the key that it names, and ends in order', async () => {
    const workspace = await ServedWorkspace.make()
    const ready = await workspace.serve()
    expect(ready.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
    expect(ready.fingerprint).toMatch(/^[0-9a-f]{64}$/)
    const hello = await workspace.call('workspace/hello', {})
    expect(hello).toMatchObject({ workspace: { code: 'studio' } })
    if (isPosix) {
      expect(modeOf(workspace.folder)).toBe(0o700)
      for (const file of [
        'workspace/workspace.db',
        'workspace/server.pem',
        'workspace/admin.json',
        'credential.json',
      ]) {
        expect(modeOf(join(workspace.folder, file)), file).toBe(0o600)
      }
    }
    const startedMs = performance.now()
    expect(await workspace.stop('SIGTERM')).toBe(0)
    expect(performance.now() - startedMs).toBeLessThan(5000)
    expect(await workspace.serve()).toMatchObject({ url: ready.url, fingerprint: ready.fingerprint })
    expect(await workspace.stop('SIGINT')).toBe(0)
  })

  it('is alone on its data, also right after another was killed', async () => {
    const workspace = await ServedWorkspace.make()
    await workspace.serve()
    const second = await workspace.tern(['serve', '--host', '127.0.0.1', '--port', '0'])
    expect(second).toMatchObject({ exitCode: 1, stdout: '' })
    expect(second.stderr).toContain('Another Tern is using')
    await workspace.kill()
    await workspace.serve()
    await expect(workspace.call('workspace/hello', {})).resolves.toBeDefined()
  })

  it.runIf(process.platform === 'linux')('goes on when its storage dies, and starts it again', async () => {
    const workspace = await ServedWorkspace.make()
    await workspace.serve(['--backup-hours', '0'])
    const [server, storage] = workspace.children()
    process.kill(storage as number, 'SIGKILL')
    await expect(workspace.call('workspace/hello', {})).resolves.toBeDefined()
    await vi.waitFor(() => {
      const now = workspace.children()
      expect(now).toHaveLength(2)
      expect(now).toContain(server)
      expect(now).not.toContain(storage)
    }, 10_000)
  })

  it.runIf(process.platform === 'linux')('ends when its server ends right after every start', async () => {
    const workspace = await ServedWorkspace.make()
    await workspace.serve(['--backup-hours', '0'])
    const [server] = workspace.children()
    // From now on, no start of it can succeed.
    writeFileSync(join(workspace.folder, 'workspace/server.pem'), 'no key')
    process.kill(server as number, 'SIGKILL')
    expect(await workspace.ended()).toBe(1)
    expect(workspace.log).toContain('A part of Tern stopped 4 times and is not started again')
  })

  it('shows a certificate that it was given, and another one after SIGHUP', async () => {
    const folder = tempFolder()
    const [certificate, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
    const write = async () => {
      const identity = await createHostIdentity('files.example.com')
      writeFileSync(certificate, identity.certificatePem)
      writeFileSync(key, identity.privateKeyPem)
      return identity.keyHash
    }
    const workspace = await ServedWorkspace.make()
    const first = await write()
    const ready = await workspace.serve(['--certificate', certificate, '--key', key])
    expect(ready.fingerprint).toBe(first)
    await workspace.call('workspace/hello', {})
    const second = await write()
    workspace.signal('SIGHUP')
    workspace.ready = { ...ready, fingerprint: second }
    await vi.waitFor(() => workspace.call('workspace/hello', {}), 10_000)
    const { stdout } = await workspace.tern(['invite'])
    expect(stdout).toContain(`/${second}/`)
    await workspace.stop()

    writeFileSync(key, (await createHostIdentity('other')).privateKeyPem)
    const files = ['--certificate', certificate, '--key', key]
    const mismatched = await workspace.tern(['serve', ...files])
    expect(mismatched).toMatchObject({ exitCode: 1, stdout: '' })
    expect(mismatched.stderr).toContain('is the key of another certificate')
    expect((await workspace.tern(['serve', '--certificate', certificate])).exitCode).toBe(2)
  })
})

describe('commands of the owner', () => {
  it.each([['stopped'], ['running']])('work on a workspace that is %s', async (state) => {
    const workspace = await ServedWorkspace.make()
    await workspace.serve()
    if (state === 'stopped') await workspace.stop()
    const volume = join(tempFolder(), 'field')
    mkdirSync(volume)
    writeFileSync(join(volume, 'take.mov'), 'take')

    expect(await workspace.tern(['volume', 'add', '--name', 'Field 7', '--path', volume])).toMatchObject({
      exitCode: 0,
    })
    const mia = ['user', 'add', '--email', 'mia@example.com', '--role', 'admin', '--password-stdin']
    expect(await workspace.tern(mia, 'tern tern 123\n')).toMatchObject({ exitCode: 0 })
    const again = await workspace.tern(mia, 'tern tern 123\n')
    expect(again.exitCode).toBe(1)
    expect(again.stderr).toContain('mia@example.com')
    const key = await workspace.tern(['key', 'create', '--user', 'mia@example.com', '--label', 'nightly'])
    expect(key.stdout).toMatch(/^[A-Za-z0-9_-]{43}\n$/)
    const listed = JSON.parse((await workspace.tern(['key', 'list', '--user', 'mia@example.com'])).stdout)
    expect(listed.keys).toEqual([expect.objectContaining({ label: 'nightly', last8: key.stdout.trim().slice(-8) })])
    expect((await workspace.tern(['key', 'revoke', '--id', listed.keys[0].id])).exitCode).toBe(0)
    expect(JSON.parse((await workspace.tern(['key', 'list', '--user', 'mia@example.com'])).stdout).keys).toEqual([])
    const { stdout } = await workspace.tern(['invite', '--email', 'john@example.com'])
    expect(stdout).toMatch(new RegExp(`^tern://join/${workspace.ready.address}/${workspace.ready.fingerprint}/\\S+\n$`))

    if (state === 'stopped') await workspace.serve()
    const token = await workspace.signIn('mia@example.com', 'tern tern 123')
    const { shares } = await workspace.call('share/list', {}, token)
    const share = shares.find(({ code }) => code === 'field-7')
    const shareId = (share as NonNullable<typeof share>).id
    await vi.waitFor(async () => {
      const { entries } = await workspace.call('share/folder', { shareId, path: '' }, token)
      expect(entries.map(({ name }) => name)).toEqual(['take.mov'])
    }, 10_000)
  })
})

it('replaces a forgotten password, and whoever was signed in with the old one is out', async () => {
  const workspace = await ServedWorkspace.make()
  await workspace.serve()
  const token = await workspace.signIn()
  const reset = ['user', 'password', '--email', admin.email, '--password-stdin']
  expect(await workspace.tern(reset, 'tern tern 456\n')).toMatchObject({ exitCode: 0, stderr: '' })
  await expect(workspace.call('share/list', {}, token)).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' })
  await expect(workspace.signIn()).rejects.toMatchObject({ code: 'BAD_CREDENTIALS' })
  await workspace.call('share/list', {}, await workspace.signIn(admin.email, 'tern tern 456'))
})

it('says in one sentence what stands in the way, and leaves everything as it is', async () => {
  const workspace = await ServedWorkspace.make()
  const refused = async (exitCode: number, sentence: string, args: readonly string[]) => {
    const answer = await workspace.tern(args)
    expect(answer).toMatchObject({ exitCode, stdout: '' })
    expect(answer.stderr).toContain(sentence)
  }
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as { port: number }
  await refused(1, `Port ${port} is taken`, ['serve', '--host', '127.0.0.1', '--port', `${port}`])
  taken.close()
  await refused(1, 'no address of this computer', ['serve', '--host', '192.0.2.1'])
  await refused(2, 'from 0 to 65535', ['serve', '--port', '65536'])
  await refused(1, 'is not there', ['volume', 'add', '--name', 'a', '--path', '/nowhere/at/all'])
  for (const path of [workspace.folder, join(workspace.folder, '..'), join(workspace.folder, 'workspace')]) {
    await refused(1, 'holds the data of the workspace', ['volume', 'add', '--name', 'all', '--path', path])
  }
  const sam = ['user', 'add', '--email', 'sam@example.com', '--role', 'standard']
  await refused(1, '--password-stdin', sam)
  await refused(2, 'unknown option', [...sam, '--password', 'x'])

  const file = join(workspace.folder, 'workspace/workspace.db')
  {
    using database = openSqlite(file)
    database.exec('PRAGMA user_version = 999')
  }
  await refused(1, 'A newer Tern wrote these data', ['serve'])
  using database = openSqlite(file)
  expect(database.get('PRAGMA user_version')).toEqual({ user_version: 999 })
})

const beginIn = (folder: string) => ['workspace', 'init', '--data', folder, '--code', 'x', '--admin', admin.email]

it.runIf(process.platform === 'linux')('says at once of a folder that it cannot make that it cannot', async () => {
  const answer = await runTern([...beginIn('/proc/nope'), '--password-stdin'], {
    isHosting: true,
    stdin: `${admin.password}\n`,
  })
  expect(answer).toMatchObject({ exitCode: 1, stdout: '' })
  expect(answer.stderr).toContain('/proc/nope may not be written')
})

it('names the folder as it was written where it holds no workspace', async () => {
  const folder = tempFolder()
  for (const command of [['job', 'running'], ['backup']]) {
    const answer = await runTern([...command, '--data', folder], { isHosting: true })
    expect(answer).toMatchObject({ exitCode: 1, stdout: '' })
    expect(answer.stderr).toContain(`${folder} holds no workspace`)
  }
})

it('takes no folder that holds other things, and leaves it as it is', async () => {
  const folder = tempFolder()
  writeFileSync(join(folder, 'letter.txt'), 'dear Mia')
  const modeBefore = modeOf(folder)
  const commands = [
    [...beginIn(folder), '--password-stdin'],
    ['server', 'run', '--data', folder, '--files', tempFolder(), '--join', 'tern://join/x'],
  ]
  for (const command of commands) {
    const answer = await runTern(command, { isHosting: true, stdin: `${admin.password}\n` })
    expect(answer).toMatchObject({ exitCode: 1, stdout: '' })
    expect(answer.stderr).toContain('holds other things already')
    expect(readdirSync(folder)).toEqual(['letter.txt'])
    expect(modeOf(folder)).toBe(modeBefore)
  }
})

it('takes an empty folder, and the one of a beginning that was refused', async () => {
  const folder = tempFolder()
  const begin = (password: string) =>
    runTern([...beginIn(folder), '--password-stdin'], { isHosting: true, stdin: `${password}\n` })
  expect((await begin('x')).exitCode).toBe(1)
  expect(await begin(admin.password)).toMatchObject({ exitCode: 0 })
  if (isPosix) expect(modeOf(folder)).toBe(0o700)
})

describe('tern backup', () => {
  it('copies what is served, and the copy can be served again', async () => {
    const workspace = await ServedWorkspace.make()
    await workspace.serve()
    const token = await workspace.signIn()
    const file = join(tempFolder(), 'copy.db')
    const answer = await workspace.tern(['backup', '--to', file])
    expect(JSON.parse(answer.stdout)).toMatchObject({ file, sizeBytes: statSync(file).size })
    if (isPosix) expect(modeOf(file)).toBe(0o600)
    expect((await workspace.tern(['backup', '--to', file])).exitCode).toBe(1)
    await vi.waitFor(() => expect(readdirSync(join(workspace.folder, 'backups'))).toHaveLength(1), 10_000)
    await workspace.tern(
      ['user', 'add', '--email', 'sam@example.com', '--role', 'standard', '--password-stdin'],
      'a b c d 1\n',
    )
    const before = await workspace.call('workspace/snapshot', {}, token)
    await workspace.stop()

    for (const suffix of ['', '-wal', '-shm']) {
      rmSync(join(workspace.folder, `workspace/workspace.db${suffix}`), { force: true })
    }
    cpSync(file, join(workspace.folder, 'workspace/workspace.db'))
    await workspace.serve()
    const after = await workspace.call('workspace/snapshot', {}, token)
    expect(after.users.map(({ email }) => email)).not.toContain('sam@example.com')
    // Nobody may go on from changes that the copy never saw.
    expect(after.revision.epoch).not.toBe(before.revision.epoch)
  })
})

it('keeps secrets out of its logs and of what others see of a process', async () => {
  const workspace = await ServedWorkspace.make()
  await workspace.serve()
  const key = (await workspace.tern(['key', 'create', '--user', 'lisa@example.com'])).stdout.trim()
  const { sessionToken } = JSON.parse(readFileSync(join(workspace.folder, 'credential.json'), 'utf8'))
  const seen = process.platform === 'linux' ? execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }) : ''
  for (const secret of [key, sessionToken, 'correct horse battery']) {
    expect(workspace.log).not.toContain(secret)
    expect(seen).not.toContain(secret)
  }
})
