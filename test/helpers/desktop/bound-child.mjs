import { spawn } from 'node:child_process'

/** Starts a child that ends with this process, even when this process is killed and cannot clean up. */
export const spawnBound = (command, args, options) =>
  spawn('setpriv', ['--pdeathsig', 'TERM', command, ...args], options)

/** Ends a child and answers when it is gone; SIGKILL when it does not go by itself within 3 s. */
export const endChild = (child) =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) {
      resolve()
      return
    }
    const timer = setTimeout(() => child.kill('SIGKILL'), 3000)
    child.once('exit', () => {
      clearTimeout(timer)
      resolve()
    })
    child.kill('SIGTERM')
  })
