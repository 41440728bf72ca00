import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Caller, openCalls } from '../../../src/platform/message-rpc.ts'
import { bundleForNode } from '../bundle.ts'

const folders = ['main/processes', 'hosting'].map((folder) =>
  fileURLToPath(new URL(`../../../src/${folder}`, import.meta.url)),
)
let built: Promise<string> | undefined

function bundle(): Promise<string> {
  const files = folders.flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)))
  const entries = files.filter((file) => file.endsWith('-process.ts'))
  built ??= bundleForNode('processes', Object.fromEntries(entries.map((file) => [basename(file, '.ts'), file])))
  return built
}

export interface ForkedProcess<Calls> {
  readonly call: Caller<Calls>
  readonly pid: number
  readonly ended: Promise<void>
  /** SIGKILL, and settled once it is gone. */
  kill(): Promise<void>
  /** Closes the channel and waits for it to end by itself. */
  disconnect(): Promise<void>
}

/** One of the program's process entries as a child of plain Node. */
export async function forkProcess<Calls extends object, Events>(
  entry: 'engine-process' | 'storage-process' | 'workspace-process',
  onEvent: <Name extends keyof Events & string>(name: Name, payload: Events[Name]) => void,
): Promise<ForkedProcess<Calls>> {
  const file = join(await bundle(), `${entry}.mjs`)
  const child = fork(file, { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'], serialization: 'advanced' })
  await once(child, 'spawn')
  const { call, lost } = openCalls<Calls, Events>(
    {
      post: (message) => {
        if (child.connected) child.send(message as object)
      },
      listen: (onMessage) => {
        child.on('message', onMessage)
        return () => child.off('message', onMessage)
      },
    },
    onEvent,
  )
  const gone = once(child, 'exit').then(lost)
  return {
    call,
    pid: child.pid as number,
    ended: gone,
    async kill() {
      child.kill('SIGKILL')
      await gone
    },
    async disconnect() {
      child.disconnect()
      await gone
    },
  }
}
