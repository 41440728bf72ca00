import { readReply, UnreadableReply } from './read-reply.ts'
import type { WireClient, WireOptions } from './wire-client.ts'

// biome-ignore lint/suspicious/noExplicitAny: scripts take what they get
type Any = any
type Verb = 'GET' | 'POST' | 'PUT' | 'DELETE'
type Data = Record<string, unknown>
type Grants = { read?: boolean; write?: boolean; notify?: boolean; message?: string; path?: string; invite?: boolean }

export interface FindArguments {
  readonly entityid?: string
  readonly finished?: boolean
  readonly inactive?: boolean
  readonly archived?: boolean
  readonly limit?: number
  readonly skip?: number
  readonly attributes?: readonly string[]
  readonly create?: boolean
  readonly update?: boolean
}

const idPattern = /^[a-z0-9]{24}$/
const hostName = 'desk'
const shares = ['volume', 'share', 'folder', 'home', 'collection']

/**
 * The scripts' own session, method for method: what it sends for each, and what it demands of the reply. An assertion
 * that fails here is one that would have failed there.
 */
export class ScriptSession {
  readonly wire: WireClient
  userId = ''
  role = ''

  private constructor(wire: WireClient) {
    this.wire = wire
  }

  static async open(wire: WireClient): Promise<ScriptSession> {
    const session = new ScriptSession(wire)
    const { result } = readReply(await wire.send('PUT', '/api/v3/api/login', '{}'))
    session.userId = key(result, 'id')
    session.role = key(result, 'role')
    wire.session = key(result, 'session_id')
    return session
  }

  async event(verb: Verb, uri: string, options: WireOptions = {}): Promise<Any> {
    return readReply(await this.wire.event(verb, uri, options))
  }

  async result(verb: Verb, uri: string, options: WireOptions = {}): Promise<Any> {
    return key(await this.event(verb, uri, options), 'result')
  }

  /** As a script writes it: `Transfer WHERE name="x y"`. */
  async find(written: string, options: FindArguments = {}): Promise<Any> {
    const { entity, query } = decodeQuery(written)
    if (entity === 'entitytypes') return texts(await this.result('GET', 'entitytypes'))
    if (entity === 'attributes') {
      const entitytype = (query ?? '').split('=')[1] ?? ''
      const { create = false, update = false } = options
      return texts(await this.result('GET', 'attributes', { data: { entitytype, create, update } }))
    }
    return records(await this.result('GET', `${entity}/find`, { data: flags(options), ...(query && { query }) }))
  }

  async findOne(written: string, options: FindArguments = {}): Promise<Any> {
    const { entity, query } = decodeQuery(written)
    const data = { ...flags(options), single_entity_query: true }
    return first(await this.result('GET', `${entity}/find`, { data, ...(query && { query }) }))
  }

  async getEntity(entity: string, id: string): Promise<Any> {
    assert(idPattern.test(id), `id ${id}`)
    return first(await this.result('GET', `${entity}/find`, { id }))
  }

  async report(written: string): Promise<string> {
    const { entity, query } = decodeQuery(written)
    return key(await this.event('GET', `${entity}/report`, query ? { query } : {}), 'report')
  }

  async metrics(written: string, attributes: readonly string[] | null = null): Promise<Any> {
    const { entity, query } = decodeQuery(written)
    return this.result('GET', `${entity}/metrics`, { data: { attributes }, ...(query && { query }) })
  }

  async create(entity: string, given: Data, id?: string, more: Data = {}): Promise<Any> {
    const name = entity.toLowerCase()
    const data = { ...given, ...more }
    const uri = name === 'file' ? 'file/add' : `${name}/create`
    const body = await this.event('POST', uri, { data, ...(id !== undefined && { id }) })
    if (!('result' in body)) return body
    const { result } = body
    assert(typeof result === 'object' && result !== null, 'a result that has a length')
    if (!Array.isArray(result)) {
      assert(Object.keys(result).length !== 1, 'an object of one key')
      return result
    }
    return result.length === 1 ? result[0] : result
  }

  async update(entity: string, id: string, data: Data): Promise<Any> {
    return listed(await this.result('PUT', `${entity.toLowerCase()}/edit`, { data, id }))[0]
  }

  async updateMany(entity: string, id: string, data: readonly Data[]): Promise<Any> {
    assert(idPattern.test(id), `id ${id}`)
    return records(await this.result('PUT', `${entity.toLowerCase()}/edit`, { data, id }))
  }

  deleteOne(entity: string, id: string, data: Data | null = null): Promise<Any> {
    return this.result('DELETE', `${entity.toLowerCase()}/delete`, { data, id })
  }

  deleteMany(entity: string, id: string, data: Data): Promise<Any> {
    return this.result('DELETE', `${entity.toLowerCase()}/file/remove`, { data, id })
  }

  deactivateOne(entity: string, id: string): Promise<Any> {
    return this.result('DELETE', `${entity.toLowerCase()}/deactivate`, { id })
  }

  activateOne(entity: string, ident: string): Promise<Any> {
    const named = idPattern.test(ident) ? { id: ident } : { query: ident.toLowerCase() }
    return this.result('POST', `${entity.toLowerCase()}/activate`, named)
  }

  assign(id: string, client: string): Promise<Any> {
    return this.result('PUT', 'share/server', { data: { client }, id })
  }

  async assignments(entity: string, id: string): Promise<Any> {
    return records(await this.result('GET', `${entity}/servers`, { id }))
  }

  deassign(entity: string, id: string, client: string): Promise<Any> {
    return this.result('DELETE', `${entity.toLowerCase()}/server`, { data: { client }, id })
  }

  async #userId(ident: string): Promise<string> {
    if (idPattern.test(ident)) return ident
    const found = records(await this.result('GET', 'user/find', { data: null, query: `code='${ident}'` }))
    return found[0] === undefined ? ident : key(found[0], 'id')
  }

  async grant(ident: string, entity: string, targetIdent: string, given: Grants = {}): Promise<Any> {
    const type = entity.toLowerCase()
    const user = await this.#userId(ident)
    if (!shares.includes(type)) {
      const data = { recipient: user, invite: given.invite ?? true }
      return this.result('PUT', 'job/recipient/add', { data, id: targetIdent })
    }
    const target = idPattern.test(targetIdent)
      ? targetIdent
      : key(first(await this.result('GET', `${type}/find`, { query: `code='${targetIdent}'` })), 'id')
    const { read = true, write = true, notify = true, message = '', path = '/', invite } = given
    const data = { entity: `user:${user}`, target: `share:${target}`, read, write, notify, message, path }
    return listed(
      await this.result('POST', 'acl/create', { data: { ...data, ...(invite !== undefined && { invite }) } }),
    )[0]
  }

  async access(entity: string, id: string, recursive = false): Promise<Any> {
    if (!shares.includes(entity.toLowerCase())) {
      return records(await this.result('GET', 'job/recipients', { id })).map((each) => {
        for (const name of ['user', 'user_hr', 'actioned']) key(each, name)
        return each
      })
    }
    const query = `acl WHERE target=share:${id}`
    return records(await this.result('GET', 'acl/find', { data: { recursive }, query })).map((each) => {
      for (const name of ['read', 'write', 'entity', 'target']) key(each, name)
      assert(String(each.entity).startsWith('user:') && String(each.target).startsWith('share:'), 'parties')
      return each
    })
  }

  /** @param isNewer A newer client looks who there is before it takes anyone away. */
  async revoke(ident: string, entity: string, id: string, isNewer = false): Promise<Any> {
    if (!shares.includes(entity.toLowerCase())) {
      if (isNewer) {
        const people = await this.access(entity, id)
        const found = people.find((each: Any) => each.user === ident || each.user_hr === ident)
        if (found === undefined) return false
        return this.result('DELETE', 'job/recipient', { data: { recipient: ident }, id })
      }
      return this.result('DELETE', 'job/recipient', { data: { recipient: await this.#userId(ident) }, id })
    }
    const query = `acl WHERE entity=user:${await this.#userId(ident)} AND target=share:${id}`
    const acls = records(await this.result('GET', 'acl/find', { query }))
    if (acls[0] === undefined && isNewer) return false
    return this.result('DELETE', 'acl/delete', { id: key(acls[0], 'id') })
  }

  async ls(path: unknown, more: Data = {}): Promise<Any> {
    const data = { op: 'ls', path, download: true, recursive: false, getsize: false, ...more }
    return listed(await this.result('GET', 'workspace/file', { data }), 0)
  }

  file(verb: 'GET' | 'POST' | 'PUT', op: string, path: unknown, more: Data = {}): Promise<Any> {
    return this.result(verb, 'workspace/file', { data: { op, path, ...more } })
  }

  setting(verb: 'GET' | 'PUT' | 'DELETE', entitytype: string, more: Data, id?: string): Promise<Any> {
    return this.result(verb, 'setting', { data: { entitytype, ...more }, ...(id !== undefined && { id }) })
  }

  async apiKey(): Promise<string> {
    return key(await this.event('GET', 'user/api_key'), 'api_key')
  }

  /** Whether a machine of this name runs, of those types. */
  async isRunning(types: string, name = hostName): Promise<boolean | null> {
    const query = `user=${this.userId} AND code=${name} AND ${types}`
    const found = records(await this.result('GET', 'client/find', { query }))
    if (found.length === 0) return null
    return ['online', 'disabled'].includes(key(found[0], 'status'))
  }
}

/**
 * How a script's line becomes the name of an entity and an expression: blanks part it outside quotes and parentheses,
 * and all behind WHERE is written small.
 */
export function decodeQuery(written: string): { readonly entity: string; readonly query?: string } {
  const line = written.replaceAll('\t', ' ').replaceAll('\n', '').trim()
  const [entity = '', keyword, ...rest] = line.match(/(?:"[^"]*"|\([^)]*\)|[^ ])+/g) ?? []
  if (keyword === undefined) return { entity: entity.toLowerCase() }
  assert(keyword.toLowerCase() === 'where' && rest.length > 0, written)
  const start = line.toLowerCase().indexOf(' where ') + ' where '.length
  return { entity: entity.toLowerCase(), query: line.slice(start).trim().toLowerCase() }
}

function flags({ entityid, finished, inactive, archived, limit, skip, attributes }: FindArguments): Data {
  return {
    ...(entityid !== undefined && { parent: entityid }),
    ...(finished !== undefined && { finished }),
    ...(inactive !== undefined && { inactive }),
    ...(archived !== undefined && { archived }),
    ...(limit && { limit }),
    ...(skip && { skip }),
    ...(attributes && { attributes }),
  }
}

function key(record: Any, name: string): Any {
  assert(typeof record === 'object' && record !== null && name in record, `no ${name} in ${JSON.stringify(record)}`)
  return record[name]
}

function first(result: Any): Any {
  if (result === null || (Array.isArray(result) && result.length === 0)) return null
  return records(result)[0]
}

function listed(result: Any, least = 1): Any[] {
  assert(Array.isArray(result) && result.length >= least, `a list of ${least} at least: ${JSON.stringify(result)}`)
  return result
}

function records(result: Any): Any[] {
  for (const each of listed(result, 0)) assert(typeof each === 'object' && each !== null, 'a list of objects')
  return result
}

function texts(result: Any): string[] {
  for (const each of listed(result, 0)) assert(typeof each === 'string', 'a list of texts')
  return result
}

function assert(isTrue: boolean, what: string): asserts isTrue {
  if (!isTrue) throw new UnreadableReply(what)
}
