import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { silentLogger } from '../../../src/platform/logger.ts'
import { operationSchemas } from '../../../src/shared/contract/operation-schemas.ts'
import type { OperationInput, OperationName, OperationOutput } from '../../../src/shared/contract/operations.ts'
import {
  type Change,
  type ClientFrame,
  type DispatchOrder,
  operationPath,
  type ServerFrame,
  serverFrame,
  streamPath,
} from '../../../src/shared/contract/stream.ts'
import type { Client, Role, User } from '../../../src/shared/domain/entities.ts'
import type { ErrorEnvelope } from '../../../src/shared/domain/errors.ts'
import { TernError } from '../../../src/shared/domain/errors.ts'
import type { ClientId } from '../../../src/shared/domain/ids.ts'
import type { Job } from '../../../src/shared/domain/job.ts'
import {
  createWorkspace,
  openWorkspaceServer,
  type WorkspaceServer,
  type WorkspaceServerOptions,
} from '../../../src/workspace/index.ts'
import { checkTold } from '../../helpers/told-errors.ts'

export const adminPassword = 'correct horse 9'

/** A real server on a real port, in a folder of its own. */
export class TestWorkspace implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'tern-workspace-'))
  readonly #extra: Partial<WorkspaceServerOptions>
  readonly #clients: TestClient[] = []
  server!: WorkspaceServer
  serverToken = ''

  constructor(extra: Partial<WorkspaceServerOptions> = {}) {
    this.#extra = extra
  }

  static async start(extra: Partial<WorkspaceServerOptions> = {}): Promise<TestWorkspace> {
    const workspace = new TestWorkspace(extra)
    const made = await createWorkspace({
      ...workspace.options(0),
      setup: {
        code: 'myworkspace',
        name: 'My workspace',
        admin: { email: 'john@example.com', name: 'John', password: adminPassword },
        server: { name: 'hq-1', keyHash: 'a'.repeat(64) },
        shares: [{ code: 'projects', name: 'Projects', path: '/srv/projects', isDefault: true }],
        homesPath: '/srv/homes',
      },
    })
    workspace.server = made.server
    workspace.serverToken = made.serverSessionToken
    return workspace
  }

  options(port: number): WorkspaceServerOptions {
    return {
      folder: this.folder,
      listen: { host: '127.0.0.1', port },
      logger: silentLogger,
      ...this.#extra,
      scheduler: {
        graceMs: 100,
        lostMs: 100,
        retryDelayMs: 50,
        interruptionDelayMs: 20,
        blockedRetryMs: 100,
        ...this.#extra.scheduler,
      },
    }
  }

  /** Ends the server and opens the same folder on the same port. */
  async restart(): Promise<void> {
    const port = Number(this.server.address.split(':').at(-1))
    await this.server[Symbol.asyncDispose]()
    this.server = await openWorkspaceServer(this.options(port))
  }

  client(token?: string): TestClient {
    const client = new TestClient(this, token)
    this.#clients.push(client)
    return client
  }

  /** The main site's server. */
  hq(): Promise<TestClient> {
    return this.client(this.serverToken).connect()
  }

  async john(machineName = 'johns-mac'): Promise<TestClient> {
    const client = this.client()
    await client.login('john@example.com', adminPassword, machineName)
    return client
  }

  async person(email: string, name: string, role: Role = 'standard', by?: TestClient): Promise<TestClient> {
    const inviter = by ?? (await this.john('inviting'))
    const { invitation } = await inviter.call('invitation/create', { email, name, role })
    const client = this.client()
    await client.join(invitation.split('/').at(-1) ?? '', email, name)
    return client
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.close()
    await this.server[Symbol.asyncDispose]()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

export interface RawAnswer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: { readonly value?: unknown; readonly error?: ErrorEnvelope }
}

type Frame<Type extends ServerFrame['type']> = Extract<ServerFrame, { type: Type }>

/** Speaks the real wire and checks every answer and frame against the contract. */
export class TestClient {
  readonly #workspace: TestWorkspace
  token: string | undefined
  user!: User
  machine!: Client
  socket: WebSocket | undefined
  readonly frames: ServerFrame[] = []
  closeCode: number | undefined
  #waiting: { matches: (frame: ServerFrame) => boolean; resolve: (frame: ServerFrame) => void }[] = []

  constructor(workspace: TestWorkspace, token?: string) {
    this.#workspace = workspace
    this.token = token
  }

  get clientId(): ClientId {
    return this.machine.id
  }

  async login(email: string, password: string, machineName = 'desk'): Promise<this> {
    return this.#signIn(await this.call('session/login', { email, password, machine: machine(machineName) }))
  }

  async join(code: string, email: string, name: string, password = 'tern tern 123'): Promise<this> {
    return this.#signIn(
      await this.call('session/join', { code, email, name, password, machine: machine(`${name}s-pc`) }),
    )
  }

  #signIn(session: OperationOutput<'session/login'>): this {
    this.token = session.sessionToken
    this.user = session.user
    this.machine = session.client
    return this
  }

  async call<Name extends OperationName>(name: Name, input: OperationInput<Name>): Promise<OperationOutput<Name>> {
    const { status, body } = await this.post(name, JSON.stringify(input))
    if (body.error) throw TernError.fromEnvelope(body.error)
    if (status !== 200) throw new Error(`status ${status}`)
    return operationSchemas[name].output.parse(body.value) as OperationOutput<Name>
  }

  /** The wire itself, for what a well-behaved client would never send. */
  post(
    name: string,
    body: string,
    extra: { method?: string; headers?: Record<string, string> } = {},
  ): Promise<RawAnswer> {
    const [hostname, port] = this.#workspace.server.address.split(':')
    return new Promise<RawAnswer>((resolve, reject) => {
      const outgoing = request(
        {
          hostname,
          port,
          path: name.startsWith('/') ? name : operationPath + name,
          method: extra.method ?? 'POST',
          rejectUnauthorized: false,
          agent: false,
          headers: {
            'content-type': 'application/json',
            ...(this.token && { authorization: `Bearer ${this.token}` }),
            ...extra.headers,
          },
        },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString()
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text ? JSON.parse(text) : {} })
          })
        },
      )
      outgoing.on('error', reject)
      outgoing.end(body)
    }).then((answer) => {
      if (answer.body.error) checkTold(name, answer.body.error.code)
      return answer
    })
  }

  /** Opens the stream, subscribes, and knows its own machine. */
  async connect(since?: { epoch: string; number: number }): Promise<this> {
    const socket = new WebSocket(`wss://${this.#workspace.server.address}${streamPath}`, {
      rejectUnauthorized: false,
      headers: { authorization: `Bearer ${this.token}` },
    })
    this.socket = socket
    this.closeCode = undefined
    socket.on('message', (data) => this.#received(serverFrame.parse(JSON.parse(String(data)))))
    socket.on('close', (code) => {
      this.closeCode = code
    })
    await new Promise<void>((resolve, reject) => {
      socket.once('open', () => resolve())
      socket.once('error', reject)
    })
    const welcome = await this.frame('welcome')
    if (welcome.clientId) this.machine ??= { id: welcome.clientId } as Client
    this.send({ type: 'subscribe', ...(since && { since }) })
    return this
  }

  send(frame: ClientFrame): void {
    this.socket?.send(JSON.stringify(frame))
  }

  close(): void {
    this.socket?.terminate()
  }

  /** Terminates and waits until it is. */
  async drop(): Promise<void> {
    const { socket } = this
    if (!socket) return
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.terminate()
    await closed
  }

  closed(): Promise<number> {
    if (this.closeCode !== undefined) return Promise.resolve(this.closeCode)
    return new Promise((resolve) => this.socket?.once('close', resolve))
  }

  /** Takes the first frame that fits, one that came already or the next one. */
  async next<Found extends ServerFrame>(matches: (frame: ServerFrame) => frame is Found): Promise<Found>
  async next(matches: (frame: ServerFrame) => boolean): Promise<ServerFrame>
  async next(matches: (frame: ServerFrame) => boolean): Promise<ServerFrame> {
    const index = this.frames.findIndex(matches)
    if (index >= 0) return this.frames.splice(index, 1)[0] as ServerFrame
    return new Promise((resolve) => this.#waiting.push({ matches, resolve }))
  }

  frame<Type extends ServerFrame['type']>(type: Type): Promise<Frame<Type>> {
    return this.next((frame): frame is Frame<Type> => frame.type === type)
  }

  /** Waits until a job looks as wanted, now or by a change. */
  async job(id: string, matches: (job: Job) => boolean): Promise<Job> {
    const { job } = await this.call('transfer/get', { id: id as Job['id'] })
    if (matches(job)) return job
    for (;;) {
      const { changes } = await this.frame('changes')
      for (const change of changes) {
        if (change.entity === 'job' && 'value' in change && change.value.id === id && matches(change.value))
          return change.value
      }
    }
  }

  async change(matches: (change: Change) => boolean): Promise<Change> {
    for (;;) {
      const { changes } = await this.frame('changes')
      const found = changes.find(matches)
      if (found) return found
    }
  }

  /** The next order, of a certain job if it says so. */
  async dispatch(jobId?: string): Promise<DispatchOrder> {
    const { dispatch } = await this.next(
      (frame): frame is Frame<'dispatch.start'> =>
        frame.type === 'dispatch.start' && (jobId === undefined || frame.dispatch.jobId === jobId),
    )
    return dispatch
  }

  /** Answers the next request for sizes: each task one file of 100 bytes, unless said otherwise. */
  async measure(
    each: Partial<OperationInput<'transfer/measured'>['tasks'][number]> = {},
  ): Promise<Frame<'transfer.measure'>> {
    const frame = await this.frame('transfer.measure')
    await this.call('transfer/measured', {
      jobId: frame.jobId,
      tasks: frame.tasks.map(({ uri }) => ({ uri, kind: 'file' as const, sizeBytes: 100, fileCount: 1, ...each })),
      isComplete: true,
      preview: frame.tasks.map(({ source }) => ({
        path: source.path.split('/').at(-1) ?? '',
        kind: 'file' as const,
        sizeBytes: 100,
        mtimeMs: 1,
      })),
      isPreviewComplete: true,
    })
    return frame
  }

  async reportDone(order: DispatchOrder): Promise<void> {
    const result = { filesDone: 1, filesAlreadyThere: 0, filesReplaced: 0, filesFailed: 0, bytesVerified: 100 }
    await this.call('dispatch/report', {
      ...fenceOf(order),
      tasks: order.tasks.map(({ uri }) => ({
        uri,
        status: 'done' as const,
        result,
        kind: 'file',
        pathAbsFinal: `/final/${uri}`,
      })),
    })
  }

  #received(frame: ServerFrame): void {
    const index = this.#waiting.findIndex((each) => each.matches(frame))
    if (index >= 0) this.#waiting.splice(index, 1)[0]?.resolve(frame)
    else this.frames.push(frame)
  }
}

export function fenceOf(order: Pick<DispatchOrder, 'dispatchId' | 'epoch'>) {
  return { dispatchId: order.dispatchId, epoch: order.epoch }
}

export function machine(name: string, kind: 'app' | 'server' = 'app') {
  return { name, kind, keyHash: createHash('sha256').update(name).update(randomBytes(4)).digest('hex') }
}
