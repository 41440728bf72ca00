import { utilityProcess } from 'electron'
import { childEnvironment } from '../../hosting/child-environment.ts'
import type { ForkedChild } from '../../hosting/forked-child.ts'
import type { Logger } from '../../platform/logger.ts'

/**
 * Forks one of the entries that the build puts beside main's own. What it prints before a crash goes into the log, or where
 * this process's own errors go.
 */
export function forkUtility(
  entry: string,
  serviceName: string,
  logger: Logger,
  output: 'log' | 'inherit' = 'log',
): ForkedChild {
  const child = utilityProcess.fork(entry, [], {
    serviceName,
    stdio: output === 'log' ? 'pipe' : ['ignore', 'ignore', 'inherit'],
    env: childEnvironment(process.env),
  })
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
    // Until it is spawned it has no id, and it would be spawned all the same.
    kill: () => (child.pid === undefined ? void child.once('spawn', () => killByPid(child.pid)) : killByPid(child.pid)),
  }
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
