import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export interface LinkProperties {
  /** Both ways together. */
  readonly roundTripMs: number
  /** Each way, for all connections together; absent: as fast as the machine. */
  readonly bytesPerSecond?: number
}

export interface SlowLinkStart extends LinkProperties {
  readonly targetPort: number
}

export interface SlowLink extends AsyncDisposable {
  readonly port: number
}

/** A link in a process of its own, so that it does not take turns with the one who measures. */
export async function startSlowLink(bundleFolder: string, start: SlowLinkStart): Promise<SlowLink> {
  const child = fork(join(bundleFolder, 'slow-link-process.mjs'), { execArgv: [] })
  child.send(start)
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  return {
    port,
    async [Symbol.asyncDispose]() {
      const exited = once(child, 'exit')
      child.kill()
      await exited
    },
  }
}
