import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { connect } from 'node:tls'
import { gzipSync } from 'node:zlib'
import type { TestClient, TestWorkspace } from '../../contract/workspace/support.ts'

type Verb = 'GET' | 'POST' | 'PUT' | 'DELETE'
type Data = Record<string, unknown> | readonly unknown[] | null

export interface WireReply {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
  // Whoever speaks this wire checks nothing but what it needs: so do its tests.
  // biome-ignore lint/suspicious/noExplicitAny: an answer of any shape
  readonly body: any
}

/** What a script's client leaves out of an envelope is absent, and not null; `data` alone may be null. */
export interface WireOptions {
  readonly data?: Data
  readonly query?: string
  readonly id?: string
}

export class WireError extends Error {
  readonly code: string
  readonly reply: WireReply

  constructor(reply: WireReply) {
    super(String(reply.body.message_hr ?? reply.body.message))
    this.code = String(reply.body.message)
    this.reply = reply
  }
}

/** Speaks the wire as the scripts' own client does: header for header, with a new connection for each call. */
export class WireClient {
  readonly host: string
  readonly port: number
  readonly email: string
  readonly key: string
  readonly workspace: string
  session = ''

  constructor(server: { readonly address: string }, email: string, key: string, workspace = 'myworkspace') {
    const colon = server.address.lastIndexOf(':')
    this.host = server.address.slice(0, colon)
    this.port = Number(server.address.slice(colon + 1))
    this.email = email
    this.key = key
    this.workspace = workspace
  }

  get authorization(): string {
    return `basic ${Buffer.from(this.email).toString('base64')}:${Buffer.from(this.key).toString('base64')}`
  }

  /** @throws WireError as the client raises it */
  async login(): Promise<{ id: string; role: string; session_id: string }> {
    const { result } = whole(await this.send('PUT', '/api/v3/api/login', '{}'))
    this.session = result.session_id
    return result
  }

  /** The answer's whole body. @throws WireError */
  async call(verb: Verb, uri: string, options: WireOptions = {}) {
    return whole(await this.event(verb, uri, options))
  }

  async event(verb: Verb, uri: string, options: WireOptions = {}): Promise<WireReply> {
    return this.sendEnvelope(verb, this.envelope(uri, options))
  }

  sendEnvelope(verb: Verb, envelope: object): Promise<WireReply> {
    const text = asciiJson(envelope)
    return verb === 'GET' || verb === 'DELETE'
      ? this.send(verb, `/api/v3/event?${quoted(text)}`, verb === 'DELETE' ? '' : undefined)
      : this.send(verb, '/api/v3/event', text)
  }

  /** In the client's own order of keys. */
  envelope(uri: string, { data = {}, query, id }: WireOptions = {}): Record<string, unknown> {
    const isLarge = estimatedSize(data) > 102_400
    return {
      audience: 'api',
      workspace: this.workspace,
      eid: randomUUID(),
      session: this.session,
      uri,
      ident: this.email,
      created: '2026-01-22T08:35:59',
      hostname: 'desk',
      ...(isLarge ? { gz_data: gzipSync(asciiJson(data)).toString('base64') } : { data }),
      ...(query && { query }),
      ...(id && { id }),
    }
  }

  find(entity: string, data: Data = {}, query?: string) {
    return this.call('GET', `${entity}/find`, { data, ...(query !== undefined && { query }) }).then(
      ({ result }) => result,
    )
  }

  getEntity(entity: string, id: string) {
    return this.call('GET', `${entity}/find`, { id }).then(({ result }) => result[0])
  }

  create(entity: string, data: Data, id?: string) {
    return this.call('POST', `${entity}/create`, { data, ...(id !== undefined && { id }) }).then(({ result }) => result)
  }

  update(entity: string, id: string, data: Data) {
    return this.call('PUT', `${entity}/edit`, { data, id }).then(({ result }) => result)
  }

  delete(entity: string, id: string, data: Data = null) {
    return this.call('DELETE', `${entity}/delete`, { data, id }).then(({ result }) => result)
  }

  /** No Content-Type, ever; a body's length only where there can be one. */
  send(
    method: string,
    path: string,
    body?: string | Buffer,
    headers: Record<string, string | undefined> = {},
  ): Promise<WireReply> {
    const all: Record<string, string | undefined> = {
      'User-Agent': 'python-requests/2.32.3',
      'Accept-Encoding': 'gzip, deflate',
      Accept: '*/*',
      Connection: 'keep-alive',
      Authorization: this.authorization,
      'X-Accsyn-Workspace': this.workspace,
      'X-Accsyn-Device': 'PythonAPI v3.3.0-0 @ linux desk(posix)',
      ...(body !== undefined && { 'Content-Length': String(Buffer.byteLength(body)) }),
      ...headers,
    }
    const given = Object.entries(all).filter((each): each is [string, string] => each[1] !== undefined)
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          host: this.host,
          port: this.port,
          method,
          path,
          rejectUnauthorized: false,
          agent: false,
          headers: Object.fromEntries(given),
        },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('error', reject)
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8')
            outgoing.destroy()
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              text,
              body: text === '' ? undefined : JSON.parse(text),
            })
          })
        },
      )
      outgoing.on('error', reject)
      outgoing.end(body)
    })
  }

  /** Bytes as they are, for what no client would write. */
  raw(bytes: string | Buffer): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: this.host, port: this.port, rejectUnauthorized: false }, () => socket.write(bytes))
      const chunks: Buffer[] = []
      socket.on('data', (chunk: Buffer) => chunks.push(chunk))
      socket.on('close', () => resolve(Buffer.concat(chunks).toString('utf8')))
      socket.on('error', reject)
    })
  }
}

/** A client with a key of its own, made by the person's app. */
export async function wireClientOf(workspace: TestWorkspace, person: TestClient): Promise<WireClient> {
  const { key } = await person.call('key/create', {})
  return new WireClient(workspace.server, person.user.email, key)
}

/** So that a test may ask as often as it likes. */
export async function liftCallLimit(admin: TestClient): Promise<void> {
  await admin.call('setting/set', { entity: 'workspace', name: 'api_calls_per_second', value: '-1' })
}

/** As the client's own JSON writer: ASCII only, and blanks behind commas and colons. */
export function asciiJson(value: unknown): string {
  return spaced(value).replace(/[^\0-\x7f]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).filter(([, each]) => each !== undefined)
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}: ${spaced(each)}`).join(', ')}}`
}

/** As the client quotes an address: everything but letters, digits and `_.-~/`. */
function quoted(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%2F', '/')
}

function estimatedSize(value: unknown): number {
  if (value === null || value === undefined) return 0
  if (typeof value === 'string') return value.length
  if (Array.isArray(value)) return value.reduce((sum: number, each) => sum + estimatedSize(each), 0)
  if (typeof value !== 'object') return 10
  return Object.entries(value).reduce((sum, [key, each]) => sum + key.length + estimatedSize(each), 0)
}

function whole(reply: WireReply) {
  if (typeof reply.body !== 'object' || reply.body === null || 'message' in reply.body || 'exception' in reply.body) {
    throw new WireError(reply)
  }
  return reply.body
}
