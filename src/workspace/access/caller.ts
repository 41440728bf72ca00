import type { Audience } from '../../shared/contract/operations/audience.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { ApiKeyId } from '../../shared/domain/ids.ts'
import type { ClientRow, UserRow } from '../store/people.ts'

/** Who asks: proven by the session's token. */
export interface Caller {
  readonly user: UserRow
  /** The machine that signed in; a key of a script has none. */
  readonly client: ClientRow | undefined
  readonly tokenHash: string
  /** Present when a script's key was shown instead of a session's token. */
  readonly apiKey?: CallerKey
}

export interface CallerKey {
  readonly id: ApiKeyId
  /** Opens only what changes nothing. */
  readonly isReadOnly: boolean
  readonly expiresAtMs: number | undefined
}

const rank = { standard: 0, employee: 1, admin: 2 } as const

/** What a site's server may ask for. It stands for its site, never for the person who set it up. */
const serverOperations: ReadonlySet<string> = new Set([
  'workspace/hello',
  'workspace/snapshot',
  'session/logout',
  'share/list',
  'client/announce',
  'transfer/measured',
  'dispatch/claim',
  'dispatch/report',
  'dispatch/end',
])

/** The last words of operations that change nothing: all that a key for reading opens. */
const readingVerbs: ReadonlySet<string> = new Set([
  'hello',
  'list',
  'get',
  'size',
  'exists',
  'files',
  'log',
  'preview',
  'folder',
  'snapshot',
  'servers',
])

export function isServerCaller(caller: Caller): boolean {
  return caller.client?.kind === 'server'
}

/**
 * The first gate, for every operation. What a caller may see and change of an entity is decided in rights.ts.
 * @throws TernError NOT_SIGNED_IN, FORBIDDEN
 */
export function checkAudience(operation: string, audience: Audience, caller: Caller | undefined): void {
  if (audience === 'anyone') return
  if (caller === undefined) throw new TernError('NOT_SIGNED_IN')
  if (caller.user.status !== 'enabled' && !isServerCaller(caller)) throw new TernError('NOT_SIGNED_IN')
  if (caller.apiKey?.isReadOnly && !readingVerbs.has(operation.slice(operation.indexOf('/') + 1))) {
    throw new TernError('FORBIDDEN', { operation, needs: 'writing-key' })
  }
  if (isServerCaller(caller)) {
    if (serverOperations.has(operation)) return
    throw new TernError('FORBIDDEN', { operation })
  }
  if (audience === 'signed-in') return
  if (audience === 'client') {
    if (caller.client === undefined) throw new TernError('FORBIDDEN', { operation, needs: 'client' })
    return
  }
  if (rank[caller.user.role] < rank[audience]) throw new TernError('FORBIDDEN', { operation, needs: audience })
}
