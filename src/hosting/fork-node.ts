import { fork } from 'node:child_process'
import { childEnvironment } from './child-environment.ts'
import type { ForkedChild } from './forked-child.ts'

/** Forks an entry on plain Node. What it logs goes where this process's errors go; nothing goes to the answer. */
export function forkNode(file: string): ForkedChild {
  const child = fork(file, {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    serialization: 'advanced',
    env: childEnvironment(process.env),
  })
  return {
    get pid() {
      return child.pid
    },
    endpoint: {
      post: (message) => {
        // Its end is reported by itself.
        if (child.connected) child.send(message as object, () => undefined)
      },
      listen(onMessage) {
        child.on('message', onMessage)
        return () => child.off('message', onMessage)
      },
    },
    onExit: (listener) => void child.once('exit', (code) => listener(code ?? -1)),
    kill: () => void child.kill('SIGKILL'),
  }
}
