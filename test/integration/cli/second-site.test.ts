import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it, onTestFinished, vi } from 'vitest'
import type { JobId } from '../../../src/shared/domain/ids.ts'
import { ServedWorkspace } from '../../helpers/served-workspace.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { startTern } from '../../helpers/tern.ts'

vi.setConfig({ testTimeout: 60_000 })

async function runServer(args: readonly string[]): Promise<{ child: ChildProcess; ready: Record<string, unknown> }> {
  const child = await startTern(['server', 'run', '--host', '127.0.0.1', ...args], { isHosting: true })
  onTestFinished(() => void child.kill('SIGKILL'))
  let log = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log += text
  })
  const ended = once(child, 'exit').then(() => {
    throw new Error(log)
  })
  ended.catch(() => {})
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
  const [line] = (await Promise.race([once(lines, 'line'), ended])) as [string]
  return { child, ready: JSON.parse(line) as Record<string, unknown> }
}

it('a server of a second site joins by an invitation, serves a volume, and is there again after its end', async () => {
  const workspace = await ServedWorkspace.make()
  await workspace.serve(['--transfer-port', '0'])
  const volume = join(tempFolder(), 'field')
  mkdirSync(join(volume, 'take 1'), { recursive: true })
  writeFileSync(join(volume, 'take 1/a.mov'), 'first')
  await workspace.tern(['volume', 'add', '--name', 'Field', '--path', volume])

  const invited = await workspace.tern(['server', 'invite', '--site', 'berlin'])
  expect(invited).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^tern:\/\/join\/\S+\n$/) })
  const assign = ['volume', 'assign', '--code', 'field', '--site', 'berlin', '--path', volume]
  expect(await workspace.tern(assign)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('site berlin') })
  const data = join(tempFolder(), 'berlin')
  mkdirSync(data)
  const files = join(tempFolder(), 'files')
  mkdirSync(files)
  const place = ['--data', data, '--files', files, '--name', 'berlin-1']
  await expect(runServer(place)).rejects.toThrow('Add --join with an invitation')
  const first = await runServer([...place, '--join', invited.stdout.trim()])
  expect(first.ready.workspaceId).toBe(workspace.ready.workspaceId)
  if (process.platform !== 'win32') {
    expect(statSync(data).mode & 0o777).toBe(0o700)
    expect(statSync(join(data, 'credential.json')).mode & 0o777).toBe(0o600)
  }

  const there = join(files, 'field')
  expect(
    await workspace.tern(['volume', 'assign', '--code', 'field', '--site', 'berlin', '--path', there]),
  ).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('berlin-1'),
  })
  const token = await workspace.signIn()
  const mirror = async (source: string, destination: string) => {
    const { jobs } = await workspace.call('transfer/create', { spec: { source, destination } }, token)
    const id = jobs[0]?.id as JobId
    const status = async () => (await workspace.call('transfer/get', { id }, token)).job.status
    await expect.poll(status, { timeout: 30_000 }).toBe('done')
  }
  await mirror('hq:share=field/take 1', 'berlin')
  expect(readFileSync(join(there, 'take 1/a.mov'), 'utf8')).toBe('first')

  const exited = once(first.child, 'exit')
  first.child.kill('SIGTERM')
  expect((await exited)[0]).toBe(0)
  await runServer(place)
  writeFileSync(join(there, 'take 1/b.mov'), 'second')
  await mirror('berlin:share=field/take 1', 'hq')
  expect(readFileSync(join(volume, 'take 1/b.mov'), 'utf8')).toBe('second')
})

it('the password of the mail server is kept beside the data, whether or not they are served', async () => {
  const workspace = await ServedWorkspace.make()
  const file = join(workspace.folder, 'workspace/mail-password')
  expect(existsSync(file)).toBe(false)
  expect(await workspace.tern(['mail', 'password', '--password-stdin'], 'first one\n')).toMatchObject({ exitCode: 0 })
  expect(readFileSync(file, 'utf8')).toBe('first one')
  await workspace.serve()
  expect(await workspace.tern(['mail', 'password', '--password-stdin'], 'second one\n')).toMatchObject({ exitCode: 0 })
  expect(readFileSync(file, 'utf8')).toBe('second one')
  const token = await workspace.signIn()
  expect(await workspace.call('mail/get', {}, token)).toMatchObject({ hasPassword: true })
})
