import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ForkedChild } from '../../../src/hosting/forked-child.ts'
import { type ChildState, Supervisor } from '../../../src/hosting/supervisor.ts'
import * as clock from '../../../src/platform/clock.ts'
import { silentLogger } from '../../../src/platform/logger.ts'
import type { TernError } from '../../../src/shared/domain/errors.ts'

vi.mock('../../../src/platform/clock.ts', { spy: true })

interface Calls {
  setup(input: { refuse?: string }): { pid: number }
  echo(input: { text: string }): { text: string }
  die(input: Record<string, never>): null
  shutdown(input: Record<string, never>): null
}

/** A real process that speaks the same messages as ours do. */
const program = `
process.on('message', ({ id, name, input }) => {
  const answer = (value) => process.send({ type: 'answer', id, value })
  if (name === 'setup' && input.refuse) return process.send({ type: 'failure', id, error: { code: input.refuse } })
  if (name === 'setup') return answer({ pid: process.pid })
  if (name === 'echo') return answer(input)
  if (name === 'die') process.kill(process.pid, 'SIGKILL')
  if (name === 'shutdown') { if (!process.env.STUBBORN) process.exit(0) }
})
process.on('disconnect', () => process.exit(0))
`

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tern-supervisor-'))
  await writeFile(join(folder, 'child.mjs'), program)
})
afterEach(() => rm(folder, { recursive: true }))

function forkReal(env: Record<string, string> = {}): ForkedChild {
  const child = fork(join(folder, 'child.mjs'), { env: { ...process.env, ...env }, stdio: 'ignore' })
  return {
    pid: child.pid,
    endpoint: {
      post: (message) => void child.send(message as object, () => undefined),
      listen(onMessage) {
        child.on('message', onMessage)
        return () => child.off('message', onMessage)
      },
    },
    onExit: (listener) => void once(child, 'exit').then(([code]) => listener(code ?? -1)),
    kill: () => void child.kill('SIGKILL'),
  }
}

function supervise(
  options: {
    refuse?: () => string | undefined
    env?: Record<string, string>
    onHopeless?: (failure: TernError) => void
  } = {},
) {
  const states: ChildState[] = []
  const supervisor = new Supervisor<Calls, Record<never, never>, { pid: number }>({
    name: 'test',
    fork: () => forkReal(options.env),
    setup: (call) => {
      const refuse = options.refuse?.()
      return call('setup', refuse === undefined ? {} : { refuse })
    },
    shutdown: (call) => call('shutdown', {}),
    onEvent: () => {},
    onState: (state) => states.push(state),
    ...(options.onHopeless && { isUnattended: true, onHopeless: options.onHopeless }),
    logger: silentLogger,
  })
  return { supervisor, states }
}

describe('supervisor', () => {
  it('starts a process, calls it and ends it', async () => {
    const { supervisor, states } = supervise()
    const { pid } = await supervisor.start()
    expect(await supervisor.call('echo', { text: 'hello' })).toEqual({ text: 'hello' })
    await supervisor.stop()
    expect(() => process.kill(pid, 0)).toThrow('ESRCH')
    expect(states).toEqual(['starting', 'running', 'stopped'])
    expect(supervisor.crashes).toBe(0)
    await expect(supervisor.call('echo', { text: '' })).rejects.toThrow('PROCESS_LOST')
  })

  it('starts it again after a crash; open calls fail, later ones wait for the next run', async () => {
    const { supervisor, states } = supervise()
    const first = await supervisor.start()
    await expect(supervisor.call('die', {})).rejects.toThrow('PROCESS_LOST')
    expect(await supervisor.call('echo', { text: 'again' })).toEqual({ text: 'again' })
    const second = await supervisor.start()
    expect(second.pid).not.toBe(first.pid)
    expect(states).toEqual(['starting', 'running', 'restarting', 'running'])
    expect(supervisor.crashes).toBe(1)
    await supervisor.stop()
  })

  it('throws what the first setup was refused with, and leaves no process', async () => {
    const { supervisor, states } = supervise({ refuse: () => 'STORE_TOO_NEW' })
    await expect(supervisor.start()).rejects.toThrow('STORE_TOO_NEW')
    expect(states).toEqual(['starting', 'stopped'])
  })

  it('can be started again after it has given up', async () => {
    let refusal: string | undefined = 'STORE_TOO_NEW'
    const { supervisor } = supervise({ refuse: () => refusal })
    await expect(supervisor.start()).rejects.toThrow('STORE_TOO_NEW')
    refusal = undefined
    await supervisor.start()
    expect(supervisor.state).toBe('running')
    await supervisor.stop()
  })

  it('gives up after five crashes', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const { supervisor, states } = supervise()
      await supervisor.start()
      for (let crash = 1; crash <= 5; crash += 1) {
        await expect(supervisor.call('die', {})).rejects.toThrow('PROCESS_LOST')
        if (crash === 5) break
        await vi.advanceTimersByTimeAsync(10_000)
        await supervisor.start()
      }
      expect(supervisor.state).toBe('stopped')
      expect(supervisor.crashes).toBe(5)
      expect(states.filter((state) => state === 'restarting')).toHaveLength(4)
    } finally {
      vi.useRealTimers()
    }
  })

  it.each([
    ['never ran for a minute', 1000, ['running', 'restarting', 'running', 'restarting', 'running', 'restarting']],
    ['once ran for a minute', 60_000, undefined],
  ])('unattended, of a process that %s', async (_case, firstRunMs, hopelessAfter) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const time = vi.mocked(clock.monotonicMs)
    let nowMs = 0
    time.mockImplementation(() => nowMs)
    try {
      const onHopeless = vi.fn<(failure: TernError) => void>()
      const { supervisor, states } = supervise({ onHopeless })
      await supervisor.start()
      nowMs += firstRunMs
      for (let crash = 1; crash <= 6 && supervisor.state !== 'stopped'; crash += 1) {
        await expect(supervisor.call('die', {})).rejects.toThrow('PROCESS_LOST')
        if (onHopeless.mock.calls.length > 0) break
        await vi.advanceTimersByTimeAsync(30_000)
        await supervisor.start()
      }
      if (hopelessAfter) {
        expect(states).toEqual(['starting', ...hopelessAfter, 'running', 'stopped'])
        expect(onHopeless).toHaveBeenCalledExactlyOnceWith(
          expect.objectContaining({ code: 'PROCESS_LOST', params: { crashes: 4 } }),
        )
      } else {
        expect(onHopeless).not.toHaveBeenCalled()
        expect(supervisor.state).toBe('running')
      }
      await supervisor.stop()
    } finally {
      time.mockRestore()
      vi.useRealTimers()
    }
  })

  it('ends a process by its id when it does not obey in time', async () => {
    const { supervisor } = supervise({ env: { STUBBORN: '1' } })
    const { pid } = await supervisor.start()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const stopped = supervisor.stop()
      await vi.advanceTimersByTimeAsync(3500)
      await stopped
    } finally {
      vi.useRealTimers()
    }
    expect(() => process.kill(pid, 0)).toThrow('ESRCH')
  })
})
