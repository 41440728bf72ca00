import { utilityProcess } from 'electron'
import type { Logger } from '../../platform/logger.ts'
import type { ForkedChild } from './forked-child.ts'

/** Secrets travel by message; of the environment a child gets what file and network calls need, nothing else. */
const passedVariables = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'LANG',
  'LC_ALL',
  'LC_CTYPE',
  'TZ',
  'TMPDIR',
  'TEMP',
  'TMP',
  'APPDATA',
  'LOCALAPPDATA',
  'USERPROFILE',
  'SYSTEMROOT',
  'SystemRoot',
  'TERN_LOG_LEVEL',
] as const

/** Forks one of the entries that the build puts beside main's own. What it prints before a crash goes into the log. */
export function forkUtility(entry: string, serviceName: string, logger: Logger): ForkedChild {
  const child = utilityProcess.fork(entry, [], { serviceName, stdio: 'pipe', env: childEnvironment(process.env) })
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => logger.warn({ serviceName, output: chunk.toString('utf8').slice(0, 4000) }))
  }
  return {
    get pid() {
      return child.pid
    },
    endpoint: {
      post: (message) => child.postMessage(message),
      listen(onMessage) {
        child.on('message', onMessage)
        return () => child.off('message', onMessage)
      },
    },
    onExit: (listener) => void child.once('exit', listener),
    kill: () => killByPid(child.pid),
  }
}

export function childEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    passedVariables.flatMap((name) => {
      const value = env[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

/** `kill()` of a utility process asks politely; one that hangs has to be ended by its id. */
function killByPid(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself in the meantime.
  }
}
