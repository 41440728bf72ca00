import { Agent, request } from 'node:https'
import type { OperationInput, OperationName } from '../../../src/shared/contract/operations.ts'
import { operationPath } from '../../../src/shared/contract/stream.ts'
import type { JobId, UserId } from '../../../src/shared/domain/ids.ts'
import { machine, type TestClient, TestWorkspace } from './support.ts'

/** What became of a call: `+` it went through the rights, else the code of its refusal. */
export type Outcome = '+' | 'FORBIDDEN' | 'NOT_FOUND' | 'NOT_SIGNED_IN'

export const letters: Readonly<Record<string, Outcome>> = {
  '+': '+',
  F: 'FORBIDDEN',
  '0': 'NOT_FOUND',
}

/** A call as a case makes it; `shows`: what its answer holds for those who may see it. */
export interface Asked {
  readonly input: unknown
  readonly shows?: string
  /** Another session than the caller's own. */
  readonly token?: string
}

/** A workspace with one person of each role, and quick ways to make whatever a case is about. */
export class Stage implements AsyncDisposable {
  readonly workspace: TestWorkspace
  readonly john: TestClient
  readonly lisa: TestClient
  readonly mia: TestClient
  readonly sam: TestClient
  /** Connections are kept: thousands of calls are made. */
  readonly #agent = new Agent({ keepAlive: true, rejectUnauthorized: false, maxSockets: 16 })
  #made = 0
  #registering: Promise<string> = Promise.resolve('')

  private constructor(workspace: TestWorkspace, people: readonly [TestClient, TestClient, TestClient, TestClient]) {
    this.workspace = workspace
    ;[this.john, this.lisa, this.mia, this.sam] = people
  }

  static async open(): Promise<Stage> {
    const plenty = { burst: 1e6, perSecond: 1e6 }
    const workspace = await TestWorkspace.start({
      rateLimits: { anonymous: plenty, failures: plenty, reminders: plenty },
    })
    const john = await workspace.john()
    const lisa = await workspace.person('lisa@example.com', 'Lisa', 'employee', john)
    const mia = await workspace.person('mia@example.com', 'Mia', 'standard', john)
    const sam = await workspace.person('sam@example.com', 'Sam', 'standard', john)
    return new Stage(workspace, [john, lisa, mia, sam])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#agent.destroy()
    await this.workspace[Symbol.asyncDispose]()
  }

  /** The answer as it came: of a refusal its code. */
  async ask(token: string | undefined, name: OperationName, input: unknown): Promise<{ code: string; text: string }> {
    const { status, text } = await this.#post(token, name, JSON.stringify(input))
    const body = JSON.parse(text) as { error?: { code: string } }
    if (status !== 200 && body.error === undefined) throw new Error(`${name}: ${status} ${text}`)
    return { code: body.error?.code ?? '+', text }
  }

  async call<Name extends OperationName>(by: TestClient, name: Name, input: OperationInput<Name>): Promise<unknown> {
    const { code, text } = await this.ask(by.token, name, input)
    if (code !== '+') throw new Error(`${name} ${JSON.stringify(input)}: ${text}`)
    return (JSON.parse(text) as { value: unknown }).value
  }

  #post(token: string | undefined, name: string, body: string): Promise<{ status: number; text: string }> {
    const [hostname, port] = this.workspace.server.address.split(':')
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          hostname,
          port,
          path: operationPath + name,
          method: 'POST',
          agent: this.#agent,
          headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
        },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
          )
        },
      )
      outgoing.on('error', reject)
      outgoing.end(body)
    })
  }

  /** A name that nothing has yet. */
  fresh(stem: string): string {
    this.#made += 1
    return `${stem}-${this.#made}`
  }

  async user(role: 'admin' | 'employee' | 'standard', more: { hasHome?: boolean } = {}): Promise<UserId> {
    const email = `${this.fresh('somebody')}@example.com`
    const input = { email, role, mail: false, createHomeShare: more.hasHome ?? false }
    return ((await this.call(this.john, 'user/create', input)) as { user: { id: UserId } }).user.id
  }

  async address(id: UserId): Promise<string> {
    return ((await this.call(this.john, 'user/get', { id })) as { email: string }).email
  }

  async home(id: UserId): Promise<string> {
    return ((await this.call(this.john, 'share/get', { id: await this.address(id) })) as { id: string }).id
  }

  async volume(): Promise<string> {
    const code = this.fresh('volume')
    return this.#id(this.john, 'share/create', { code, name: code, kind: 'volume', path: `/srv/${code}` })
  }

  async folder(): Promise<string> {
    const code = this.fresh('folder')
    const input = { code, name: code, kind: 'folder', parent: 'projects', path: code } as const
    return this.#id(this.john, 'share/create', input)
  }

  async collection(files: string[] = []): Promise<string> {
    const made = await this.call(this.john, 'collection/create', { name: this.fresh('collection'), files })
    return (made as { collection: { id: string } }).collection.id
  }

  async site(): Promise<string> {
    return this.#id(this.john, 'site/create', { name: this.fresh('site') })
  }

  async queue(): Promise<string> {
    return this.#id(this.john, 'queue/create', { name: this.fresh('queue') })
  }

  /** A machine of a person that nobody is signed in at: their session is at another one from then on. */
  machineOf(person: TestClient): Promise<string> {
    this.#registering = this.#registering.then(async () => {
      const id = await this.#id(person, 'client/register', machine(this.fresh('machine')))
      await this.call(person, 'client/register', machine(this.fresh('machine')))
      return id
    })
    return this.#registering
  }

  /** A server of the main site that is not there: brought by a session of its own, which is that server's from then on. */
  async serverId(): Promise<string> {
    const { token } = await this.session(this.john)
    const { code, text } = await this.ask(token, 'client/register', machine(this.fresh('server'), 'server'))
    if (code !== '+') throw new Error(text)
    return (JSON.parse(text) as { value: { id: string } }).value.id
  }

  async acl(user: UserId, share: string, rights: { read?: boolean; write?: boolean; path?: string } = { read: true }) {
    const { read = false, write = false, path = '' } = rights
    const input = { user, share, path, mayRead: read, mayWrite: write }
    return ((await this.call(this.john, 'acl/create', input)) as { acl: { id: string } }).acl.id
  }

  /** A job of the maker's home to somebody, by id or a new person. */
  async transfer(maker: TestClient, to?: string): Promise<JobId> {
    const destination = to ?? (await this.address(await this.user('standard')))
    const spec = { source: `share=${maker.user.email}/${this.fresh('file')}`, destination }
    const { jobs } = (await this.call(maker, 'transfer/create', { spec })) as { jobs: { id: JobId }[] }
    return jobs[0]?.id as JobId
  }

  async task(jobId: JobId): Promise<string> {
    const { tasks } = (await this.call(this.john, 'task/list', { jobId })) as { tasks: { id: string }[] }
    return tasks[0]?.id ?? ''
  }

  async delivery(maker: TestClient, to: UserId[] = [], kind: 'delivery' | 'request' = 'delivery'): Promise<JobId> {
    const input = {
      kind,
      name: this.fresh('delivery'),
      ...(kind === 'request'
        ? { destination: `share=projects/${this.fresh('in')}` }
        : { files: to.length === 0 ? [] : [`share=projects/${this.fresh('file')}`] }),
      recipients: to,
    }
    return ((await this.call(maker, 'delivery/create', input)) as { delivery: { id: JobId } }).delivery.id
  }

  async key(person: TestClient): Promise<string> {
    const made = await this.call(person, 'key/create', { label: this.fresh('key') })
    return (made as { apiKey: { id: string } }).apiKey.id
  }

  async invitation(person: TestClient): Promise<string> {
    const email = `${this.fresh('guest')}@example.com`
    await this.call(person, 'invitation/create', { email })
    const made = (await this.call(person, 'invitation/list', { limit: 1000 })) as {
      invitations: { id: string; email?: string }[]
    }
    return made.invitations.find((each) => each.email === email)?.id ?? ''
  }

  /** A second session of a person. */
  async session(person: TestClient): Promise<{ id: string; token: string }> {
    const password = person.user.role === 'admin' ? 'correct horse 9' : 'tern tern 123'
    const client = await this.workspace.client().login(person.user.email, password, this.fresh('desk'))
    const { sessions } = (await this.call(client, 'session/list', {})) as {
      sessions: { id: string; isCurrent: boolean }[]
    }
    return { id: sessions.find((each) => each.isCurrent)?.id ?? '', token: client.token ?? '' }
  }

  async #id<Name extends OperationName>(by: TestClient, name: Name, input: OperationInput<Name>): Promise<string> {
    return ((await this.call(by, name, input)) as { id: string }).id
  }
}
