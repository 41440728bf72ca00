import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { TLSSocket } from 'node:tls'
import { onTestFinished } from 'vitest'
import { keyHashOfCertificate } from '../../src/platform/certificate.ts'
import type { OperationInput, OperationName, OperationOutput } from '../../src/shared/contract/operations.ts'
import { operationPath } from '../../src/shared/contract/stream.ts'
import { TernError } from '../../src/shared/domain/errors.ts'
import { tempFolder } from './temp-folder.ts'
import { runTern, startTern, type TernAnswer } from './tern.ts'
import { told } from './told-errors.ts'

export const admin = { email: 'lisa@example.com', password: 'correct horse battery' } as const

export interface Ready {
  readonly url: string
  readonly address: string
  readonly fingerprint: string
  readonly workspaceId: string
  readonly pid: number
}

/** A workspace as `tern workspace init` makes it and `tern serve` runs it, in real processes. */
export class ServedWorkspace {
  readonly folder: string
  ready!: Ready
  log = ''
  #child: ChildProcess | undefined

  private constructor(folder: string) {
    this.folder = folder
    onTestFinished(() => this.kill())
  }

  static async make(folder = join(tempFolder(), 'data')): Promise<ServedWorkspace> {
    const workspace = new ServedWorkspace(folder)
    const { exitCode, stderr } = await workspace.tern(
      ['workspace', 'init', '--code', 'studio', '--admin', admin.email, '--password-stdin'],
      `${admin.password}\n`,
    )
    if (exitCode !== 0) throw new Error(`init: ${stderr}`)
    return workspace
  }

  /** One command on this workspace's folder. */
  tern(args: readonly string[], stdin = ''): Promise<TernAnswer> {
    return runTern([...args, '--data', this.folder], { isHosting: true, stdin })
  }

  /** Answers once it says that it is ready. */
  async serve(args: readonly string[] = []): Promise<Ready> {
    const child = await startTern(['serve', '--data', this.folder, '--host', '127.0.0.1', ...args], {
      isHosting: true,
      isDetached: true,
    })
    this.#child = child
    this.log = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.log += text
    })
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`serve ended with ${code}: ${this.log}`)
    })
    ended.catch(() => {})
    const [line] = (await Promise.race([once(lines, 'line'), ended])) as [string]
    this.ready = JSON.parse(line) as Ready
    return this.ready
  }

  /** Its exit code, once it has ended by itself. */
  async ended(): Promise<number | null> {
    const child = this.#child
    if (child && child.exitCode === null) await once(child, 'exit')
    return child?.exitCode ?? null
  }

  /** Asks it to end, as a service manager does; answers its exit code. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const child = this.#child
    if (!child || child.exitCode !== null) return child?.exitCode ?? null
    const exited = once(child, 'exit')
    child.kill(signal)
    const [code] = (await exited) as [number | null]
    this.#child = undefined
    return code
  }

  /** Ends all of its processes at one moment, as a machine does that loses its power. */
  async kill(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    process.kill(-child.pid, 'SIGKILL')
    await exited
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal)
  }

  /** The processes beside the one that was started; Linux only. */
  children(): readonly number[] {
    const { pid } = this.ready
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    return text.trim().split(' ').filter(Boolean).map(Number)
  }

  async signIn(email: string = admin.email, password: string = admin.password): Promise<string> {
    const machine = { name: 'desk', kind: 'app' as const, keyHash: 'ab'.repeat(32) }
    const { sessionToken } = await this.call('session/login', { email, password, machine })
    return sessionToken
  }

  /** One call of the operations' own API; the server has to have the key that it said it has. */
  call<Name extends OperationName>(
    name: Name,
    input: OperationInput<Name>,
    token?: string,
  ): Promise<OperationOutput<Name>> {
    const { url, fingerprint } = this.ready
    return new Promise((resolve, reject) => {
      const outgoing = request(
        url + operationPath + name,
        {
          method: 'POST',
          rejectUnauthorized: false,
          agent: false,
          headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
        },
        (response) => {
          const certificate = (response.socket as TLSSocket).getPeerCertificate()
          if (keyHashOfCertificate(certificate.raw) !== fingerprint) reject(new Error('another key'))
          let text = ''
          response.setEncoding('utf8').on('data', (chunk: string) => {
            text += chunk
          })
          response.on('error', reject)
          response.on('aborted', () => reject(new Error('aborted')))
          response.on('end', () => {
            const body = JSON.parse(text || '{}') as { value?: unknown; error?: never }
            if (body.error) reject(told(name, TernError.fromEnvelope(body.error)))
            else resolve(body.value as OperationOutput<Name>)
          })
        },
      )
      outgoing.on('error', reject)
      outgoing.end(JSON.stringify(input))
    })
  }
}
