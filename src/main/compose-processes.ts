import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ForkedChild } from '../hosting/forked-child.ts'
import type { ProcessSetting } from '../hosting/process-setting.ts'
import type { ChildState } from '../hosting/supervisor.ts'
import type { Disposer } from '../platform/disposer.ts'
import type { Logger } from '../platform/logger.ts'
import { computerName } from './app/computer-name.ts'
import type { ProfileFolders } from './app/folders.ts'
import type { Keyring } from './keychain/keyring.ts'
import type { PreferencesStore } from './preferences/preferences.ts'
import { Demo } from './processes/demo.ts'
import { type EngineEventHandlers, EngineHost } from './processes/engine-host.ts'
import { forkUtility } from './processes/fork-utility.ts'
import { HostedWorkspaces } from './processes/hosted-workspaces.ts'

export interface ProcessesOptions {
  readonly mainFolder: string
  readonly folders: ProfileFolders
  readonly keyring: Keyring
  readonly preferences: PreferencesStore
  readonly engineEvents: EngineEventHandlers
  readonly onEngineState: (state: ChildState, crashes: number) => void
  readonly onDemoChange: () => void
  readonly logger: Logger
}

export interface Processes {
  readonly engine: EngineHost
  readonly hosted: HostedWorkspaces
  readonly demo: Demo
  /** Starts what this profile had running; never throws, each failure is seen in the view and the log. */
  readonly start: () => Promise<void>
  /** Ends all of them at once, by their ids, and every one that is still being started. */
  readonly killAll: () => void
}

/** The processes beside main. They end in this order: own clients first, then what they are connected to. */
export function composeProcesses(options: ProcessesOptions, disposer: Disposer): Processes {
  const { folders, logger } = options
  mkdirSync(folders.engine, { recursive: true, mode: 0o700 })
  const children = new Set<ForkedChild>()
  const setting: ProcessSetting = {
    fork: (entry, serviceName) => {
      const child = forkUtility(join(options.mainFolder, `${entry}.js`), serviceName, logger)
      children.add(child)
      child.onExit(() => children.delete(child))
      return child
    },
    logFolder: folders.logs,
    computerName: computerName(),
    isLoopbackOnly: process.env.TERN_LOOPBACK_ONLY === '1',
    logger,
  }
  const hosted = disposer.use(new HostedWorkspaces(folders.hosted, setting))
  const engine = new EngineHost({
    fork: () => setting.fork('engine-process', 'tern-engine'),
    folder: folders.engine,
    logFile: join(folders.logs, 'engine.log'),
    computerName: setting.computerName,
    keyring: options.keyring,
    preferences: options.preferences,
    events: options.engineEvents,
    onState: options.onEngineState,
    logger,
  })
  const demo = disposer.use(new Demo(folders.demo, setting, engine, options.onDemoChange))
  disposer.use(engine)
  const report = (what: string) => (thrown: unknown) => logger.error({ err: thrown }, `${what} did not start`)
  return {
    engine,
    hosted,
    demo,
    start: async () => {
      await Promise.all([
        engine.start().catch(report('the engine')),
        hosted.startAll().catch(report('a hosted workspace')),
        demo.resume().catch(report('the demo')),
      ])
    },
    killAll: () => {
      for (const child of children) child.kill()
    },
  }
}
