import type { IpcMain, IpcMainInvokeEvent } from 'electron'
import { describe, expect, it, vi } from 'vitest'
import { type CommandHandlers, registerCommands } from '../../../src/main/ipc/register.ts'
import { Disposer } from '../../../src/platform/disposer.ts'
import { silentLogger } from '../../../src/platform/logger.ts'
import { commandNames, ipcChannels } from '../../../src/shared/contract/ipc-names.ts'
import type { Envelope } from '../../../src/shared/contract/ipc-schemas.ts'
import { TernError } from '../../../src/shared/domain/errors.ts'

type Listener = (event: IpcMainInvokeEvent, message: unknown) => Promise<Envelope<unknown>>

function register(overrides: Partial<CommandHandlers> = {}, isTrusted = true) {
  let listener: Listener = async () => ({ ok: false, error: { code: 'INTERNAL' } })
  const channels: string[] = []
  const ipcMain = {
    handle: (channel: string, handler: Listener) => {
      channels.push(channel)
      listener = handler
    },
    removeHandler: (channel: string) => channels.splice(channels.indexOf(channel), 1),
  } as unknown as IpcMain
  const untouched = Object.fromEntries(commandNames.map((name) => [name, vi.fn()])) as unknown as CommandHandlers
  const disposer = new Disposer()
  const handlers = { ...untouched, ...overrides }
  registerCommands({ ipcMain, isTrusted: () => isTrusted, handlers, logger: silentLogger }, disposer)
  const call = (message: unknown) => listener({ senderFrame: null } as IpcMainInvokeEvent, message)
  return { call, channels, handlers, disposer }
}

describe('registrar', () => {
  it('owns one channel and gives it back', async () => {
    const { channels, disposer } = register()
    expect(channels).toEqual([ipcChannels.call])
    await disposer.dispose()
    expect(channels).toEqual([])
  })

  it('answers what the handler answers, with the input that the schema let through', async () => {
    const { call } = register({ 'send.folder': (input) => ({ entries: [], isComplete: input.path === 'lfm' }) })
    const input = { workspaceId: 'a'.repeat(24), code: 'projects', path: 'lfm' }
    expect(await call({ name: 'send.folder', input })).toEqual({ ok: true, value: { entries: [], isComplete: true } })
  })

  it('refuses a stranger before it looks at the message', async () => {
    const { call, handlers } = register({}, false)
    expect(await call({ name: 'app.view', input: {} })).toMatchObject({ ok: false, error: { code: 'FORBIDDEN' } })
    expect(handlers['app.view']).not.toHaveBeenCalled()
  })

  it.each([null, 'app.view', {}, { name: 1 }, { name: 'app.quit' }, { name: '__proto__' }, { name: 'constructor' }])(
    'refuses the unknown message %j',
    async (message) => {
      expect(await register().call(message)).toMatchObject({ ok: false, error: { code: 'UNSUPPORTED' } })
    },
  )

  it.each([
    ['app.view', { extra: 1 }],
    ['app.signIn', {}],
    ['app.signIn', { workspaceId: 'x', password: 'p' }],
    ['transfers.pause', { keys: ['../../etc'] }],
    ['transfers.pause', { keys: [] }],
    ['incoming.accept', { key: 'a', location: { rootPath: '/etc', subPath: '' }, revision: 0 }],
    ['send.measure', { paths: ['/etc/passwd'] }],
    ['preferences.set', { downloadFolder: '/etc' }],
  ])('refuses malformed input of %s', async (name, input) => {
    const { call, handlers } = register()
    expect(await call({ name, input })).toMatchObject({ ok: false, error: { code: 'BAD_REQUEST' } })
    expect(handlers[name as 'app.view']).not.toHaveBeenCalled()
  })

  it('refuses input that is larger than anything the window sends, or endless', async () => {
    const { call } = register()
    const endless: { self?: unknown } = {}
    endless.self = endless
    for (const input of [{ text: 'x'.repeat(12_000_001) }, endless]) {
      expect(await call({ name: 'app.copyText', input })).toMatchObject({ error: { code: 'BAD_REQUEST' } })
    }
  })

  it('passes on known failures, and of unknown ones only a number for the log', async () => {
    const known = register({
      'app.view': () => {
        throw new TernError('DISK_FULL', { path: '/data' })
      },
    })
    expect(await known.call({ name: 'app.view', input: {} })).toEqual({
      ok: false,
      error: { code: 'DISK_FULL', params: { path: '/data' } },
    })
    const unknown = register({
      'app.view': () => {
        throw new Error('secret path /home/lisa')
      },
    })
    const answer = await unknown.call({ name: 'app.view', input: {} })
    expect(answer).toMatchObject({ ok: false, error: { code: 'INTERNAL', params: { logId: expect.any(String) } } })
    expect(JSON.stringify(answer)).not.toContain('lisa')
  })
})
