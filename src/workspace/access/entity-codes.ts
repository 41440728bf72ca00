import type { SqliteDatabase } from '../../platform/sqlite.ts'
import { TernError } from '../../shared/domain/errors.ts'
import { workspaceOf } from '../store/places.ts'

/** Words that mean something else where a job names a site or a queue. */
const parties = new Set(['hq', 'main', 'accsyn', 'cloud', 'local', 'roaming', 'site', 'client', 'user', 'workspace'])
const reserved: Readonly<Record<CodedEntity, ReadonlySet<string>>> = {
  site: parties,
  share: parties,
  queue: new Set(),
}

type CodedEntity = 'site' | 'queue' | 'share'

const maxLetters = 32

interface Named {
  readonly code?: string | undefined
  readonly name?: string | undefined
}

/**
 * The code that a new site or queue gets: the one given, or one made from its name. `own`: the code it has had so far,
 * which it may keep.
 * @throws TernError CONFLICT `{code}` when something else is called that; BAD_REQUEST when neither a code nor a name is
 * given, or no letter of the name can stand in one
 */
export function freeCode(database: SqliteDatabase, entity: CodedEntity, { code, name }: Named, own?: string): string {
  if (code !== undefined) {
    if (code !== own && !isFree(database, entity, code, own)) throw new TernError('CONFLICT', { code })
    return code
  }
  const stem = codeFromName(name ?? '')
  if (stem === '') throw new TernError('BAD_REQUEST', { jsonPath: '$.code', problem: 'missing' })
  for (let number = 1; number < 10_000; number += 1) {
    const suffix = number === 1 ? '' : `-${number}`
    const candidate = `${stem.slice(0, maxLetters - suffix.length)}${suffix}`
    if (isFree(database, entity, candidate)) return candidate
  }
  throw new TernError('CONFLICT', { code: stem })
}

/** What of a name can stand in a code: `Köln, Büro 2` is `koln-buro-2`. */
function codeFromName(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9_.-]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, maxLetters)
}

/** Case never tells two codes apart; a bare word in a job may be a site, a share or the workspace, so these share one room. */
function isFree(database: SqliteDatabase, entity: CodedEntity, code: string, own?: string): boolean {
  const word = code.toLowerCase()
  if (word === own?.toLowerCase()) return true
  if (reserved[entity].has(word)) return false
  if (entity === 'queue') return database.get('SELECT 1 FROM queues WHERE code = ?', [code]) === undefined
  return (
    word !== workspaceOf(database).code.toLowerCase() &&
    database.get('SELECT 1 FROM sites WHERE code = ? COLLATE NOCASE', [code]) === undefined &&
    database.get('SELECT 1 FROM shares WHERE code = ?', [code]) === undefined
  )
}
