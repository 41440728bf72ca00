import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { ServerAnswer, ServerUsage } from './server-process.ts'

type Answer<Kind extends ServerAnswer['kind']> = Extract<ServerAnswer, { kind: Kind }>

/** A server in its own process, started by the name of its bundle beside this one. */
export class ServerChild {
  readonly #child: ChildProcess
  address = ''
  startMs = 0

  private constructor(child: ChildProcess) {
    this.#child = child
  }

  static async start(bundle: 'server-process' | 'constant-process', folder: string): Promise<ServerChild> {
    const server = new ServerChild(fork(join(import.meta.dirname, `${bundle}.mjs`), { execArgv: [] }))
    const { address, startMs } = await server.#ask('opened', { kind: 'open', folder })
    server.address = address
    server.startMs = startMs
    return server
  }

  usage(): Promise<ServerUsage> {
    return this.#ask('usage', { kind: 'usage' })
  }

  send(message: object): void {
    this.#child.send(message)
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit')
    this.#child.disconnect()
    await ended
  }

  #ask<Kind extends ServerAnswer['kind']>(kind: Kind, request: object): Promise<Answer<Kind>> {
    return new Promise((resolve, reject) => {
      const ended = () => reject(new Error(`the server ended before it answered ${kind}`))
      const onMessage = (message: ServerAnswer) => {
        if (message.kind !== kind) return
        this.#child.off('message', onMessage)
        this.#child.off('exit', ended)
        resolve(message as Answer<Kind>)
      }
      this.#child.on('message', onMessage)
      this.#child.once('exit', ended)
      this.#child.send(request)
    })
  }
}
