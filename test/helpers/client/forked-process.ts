import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { workerEntries } from '../../../scripts/lib/workers.mjs'
import { type Caller, openCalls } from '../../../src/platform/message-rpc.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const outFolder = join(root, 'node_modules', '.cache', `tern-processes-${process.pid}`)
let built: Promise<string> | undefined

process.once('exit', () => rmSync(outFolder, { recursive: true, force: true }))

/** Plain Node cannot run the sources as they are: the process entries are bundled once for each test file. */
function bundle(): Promise<string> {
  const folder = join(root, 'src/main/processes')
  const entries = readdirSync(folder).filter((file) => file.endsWith('-process.ts'))
  const workers = Object.entries(workerEntries() as Record<string, string>)
  built ??= build({
    root,
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    build: {
      ssr: true,
      target: 'node20.18',
      outDir: outFolder,
      emptyOutDir: true,
      minify: false,
      rolldownOptions: {
        input: {
          ...Object.fromEntries(entries.map((file) => [basename(file, '.ts'), join(folder, file)])),
          ...Object.fromEntries(workers.map(([name, file]) => [`workers/${name}`, file])),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  }).then(() => outFolder)
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
  const file = join(await bundle(), `${entry}.js`)
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
