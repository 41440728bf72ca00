import { once } from 'node:events'
import { join } from 'node:path'
import { _electron, type ElectronApplication, type Page } from '@playwright/test'
import type { CommandName } from '../../../src/shared/contract/ipc-names.ts'
import type { CommandInput, CommandOutput, Envelope } from '../../../src/shared/contract/ipc-schemas.ts'
import { TernError } from '../../../src/shared/domain/errors.ts'
import type { Desktop } from '../desktop/desktop.d.mts'
import { goneInTime } from './gone-in-time.ts'

const projectFolder = join(import.meta.dirname, '../../..')

export interface LaunchOptions {
  readonly desktop: Desktop
  /** Name of the profile below the desktop's folder; the same name is the same profile. */
  readonly profile?: string
  /** A packaged program instead of the project. */
  readonly executablePath?: string
  readonly env?: Readonly<Record<string, string>>
  readonly args?: readonly string[]
  readonly colorScheme?: 'light' | 'dark'
}

/** The real app under test, in a profile of its own. */
export interface TernApp extends AsyncDisposable {
  readonly electron: ElectronApplication
  readonly page: Page
  readonly userData: string
  readonly mainPid: number
  /** Calls the bridge as the page does; a refusal is thrown. */
  call<Name extends CommandName>(name: Name, input: CommandInput<Name>): Promise<CommandOutput<Name>>
  /** The process with this name (a beginning is enough), waited for when it does not run yet. */
  childPid(name: string, not?: number): Promise<number>
  /** `kill -9` of a child, found by its name; answers its id. */
  killChild(name: string): Promise<number>
  /** `kill -9` of main itself. */
  killMain(): Promise<void>
  /** Ends the app as a person does, and waits until it is gone. */
  quit(): Promise<void>
  /** Waits until it is gone, whoever told it to end. One that stays is killed, and what it did is thrown. */
  ended(): Promise<void>
}

/** Starts the app and answers once its page is there. */
export async function launchApp(options: LaunchOptions): Promise<TernApp> {
  const userData = join(options.desktop.folder, options.profile ?? 'profile')
  const args = [`--user-data-dir=${userData}`, ...(options.args ?? [])]
  const electron = await _electron.launch({
    ...(options.executablePath === undefined
      ? { args: [process.env.TERN_E2E_APP ?? projectFolder, ...args] }
      : { args, executablePath: options.executablePath }),
    env: { ...options.desktop.env, TERN_LOOPBACK_ONLY: '1', ...options.env },
    ...(options.colorScheme === undefined ? {} : { colorScheme: options.colorScheme }),
  })
  const page = await electron.firstWindow()
  await page.waitForLoadState()
  const mainPid = electron.process().pid ?? 0
  const child = electron.process()
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null
  const gone = hasEnded() ? Promise.resolve() : once(child, 'exit').then(() => undefined)

  const childPid: TernApp['childPid'] = (name, not) =>
    poll(async () => {
      const found = await electron.evaluate(
        ({ app }, wanted) => app.getAppMetrics().find((metric) => metric.name?.startsWith(wanted))?.pid,
        name,
      )
      return found === not ? undefined : found
    }, `a process ${name}`)

  // What asks the app to end may never be answered by it.
  const ended = () => goneInTime(gone, mainPid, userData)
  const end = (how: () => unknown) => {
    void how()
    return ended()
  }
  return {
    electron,
    page,
    userData,
    mainPid,
    async call(name, input) {
      const envelope = await page.evaluate(
        ([calledName, calledInput]) =>
          (window as unknown as { tern: { call(name: string, input: unknown): Promise<unknown> } }).tern.call(
            calledName,
            calledInput,
          ),
        [name, input] as const,
      )
      return unwrap(envelope as Envelope<CommandOutput<typeof name>>)
    },
    childPid,
    async killChild(name) {
      const pid = await childPid(name)
      process.kill(pid, 'SIGKILL')
      return pid
    },
    killMain: () => end(() => process.kill(mainPid, 'SIGKILL')),
    quit: () => end(() => electron.evaluate(({ app }) => app.quit()).catch(() => undefined)),
    ended,
    async [Symbol.asyncDispose]() {
      if (!hasEnded()) {
        // A test that is over answers the question of a quit as a person who wants to quit does.
        const agree = electron.evaluate(({ app, dialog }) => {
          dialog.showMessageBox = async () => ({ response: 0, checkboxChecked: false })
          app.quit()
        })
        await end(() => agree.catch(() => undefined))
      }
    },
  }
}

function unwrap<Value>(envelope: Envelope<Value>): Value {
  if (envelope.ok) return envelope.value
  throw TernError.fromEnvelope(envelope.error)
}

/** Asks again until there is an answer; for what the app tells no event about. */
export async function poll<Value>(
  ask: () => Promise<Value | undefined>,
  what: string,
  patienceMs = 20_000,
): Promise<Value> {
  const endsAt = performance.now() + patienceMs
  for (;;) {
    const value = await ask()
    if (value !== undefined) return value
    if (performance.now() > endsAt) throw new Error(`waited ${patienceMs / 1000} s for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
