import type { JobId, ShareId } from '../../shared/domain/ids.ts'
import { endAtSite } from '../../shared/domain/meaning/ends.ts'
import { namedParty } from '../../shared/domain/meaning/parties.ts'
import { parsePlace } from '../../shared/domain/notation/notation.ts'
import { invalidSpecification } from '../../shared/domain/specification/specification-values.ts'
import type { Caller } from '../access/caller.ts'
import { codeResolver, directoryOf, type ResolveScope } from '../jobs/resolve-place.ts'
import type { UserRow } from '../store/people.ts'
import { defaultShare } from '../store/places.ts'
import type { Transaction } from '../store/store.ts'

export interface StoredFile {
  readonly shareId: ShareId
  readonly path: string
}

/**
 * A place on a share that a delivery offers, or that a request's uploads go to; its maker may read, or write, there.
 * @throws TernError as for the ends of a job; SPEC_INVALID for what lies on no share
 */
export function planPlace(
  { database }: Transaction,
  caller: Caller,
  text: string,
  side: 'source' | 'destination',
  jsonPath: string,
): StoredFile {
  const directory = directoryOf({ database, caller, memory: new Map() })
  const place = parsePlace(text, { resolveCode: codeResolver(database) })
  const party = namedParty(directory, place) ?? { kind: 'site' as const, site: directory.mainSite }
  if (party.kind !== 'site') throw invalidSpecification(jsonPath, 'share-needed')
  const { shareId, path } = endAtSite(directory, party.site, place, side).endpoint
  if (shareId === undefined) throw invalidSpecification(jsonPath, 'share-needed')
  return { shareId, path }
}

/** A delivery's uploads lie in a folder of their own on the default volume. @throws TernError SPEC_INVALID without one */
export function uploadFolder({ database }: Transaction, id: JobId): StoredFile {
  const share = defaultShare(database)
  if (share === undefined) throw invalidSpecification('$.source', 'destination-missing')
  return { shareId: share.id, path: uploadPath(id) }
}

export function uploadPath(id: JobId): string {
  return `tern/deliveries/${id}`
}

export function nameAtEnd(path: string): string {
  const plain = path.replace(/[\\/]+$/, '')
  return plain.slice(Math.max(plain.lastIndexOf('/'), plain.lastIndexOf('\\')) + 1)
}

/** Whose rights count for what a delivery or request moves on shares. */
export function scopeFor({ database }: Transaction, caller: Caller, maker: UserRow): ResolveScope {
  return { database, caller, memory: new Map(), sharesAs: maker }
}
