import { TernError } from '../../shared/domain/errors.ts'
import { meanFilePlace } from '../../shared/domain/meaning/file-place.ts'
import { parsePlace } from '../../shared/domain/notation/notation.ts'
import type { PathAccess } from '../access/share-access.ts'
import { ShareAccess } from '../access/share-access-of.ts'
import { type OperationContext, viewScopeOf } from '../api/context.ts'
import { collectedPlace } from '../collections/collected-files.ts'
import { codeResolver, directoryOf } from '../jobs/resolve-place.ts'
import type { ClientRow } from '../store/people.ts'
import { mainSite, type ShareRow, shareById } from '../store/places.ts'
import { clientsServing } from '../store/share-places.ts'

/** A place that a call names, found on a share, with what the caller may do there. */
export interface PlacedFile {
  /** As the caller wrote it, for what they are told. */
  readonly text: string
  readonly site: string
  readonly share: ShareRow
  /** Below the share, `/`-separated. */
  readonly path: string
  readonly access: PathAccess
  /** Named by a collection, which is what decides who may read it; nothing is written through one. */
  readonly collection?: { readonly share: ShareRow; readonly path: string }
}

/** Finds the places of one call. */
export class FilePlaces {
  readonly access: ShareAccess
  readonly #context: OperationContext
  readonly #memory = new Map<string, unknown>()

  constructor(context: OperationContext) {
    this.#context = context
    this.access = new ShareAccess(viewScopeOf(context).database, context.caller.user)
  }

  /** @throws TernError UNSUPPORTED, NOT_FOUND, PARTY_UNKNOWN, PATH_INVALID, PATH_AMBIGUOUS */
  find(text: string): PlacedFile {
    const { database } = viewScopeOf(this.#context)
    const scope = { database, caller: this.#context.caller, memory: this.#memory }
    const place = parsePlace(text, { resolveCode: codeResolver(database), role: 'source' })
    const meant = meanFilePlace(directoryOf(scope), place)
    const share = shareById(database, meant.share.id)
    if (share === undefined) throw new TernError('NOT_FOUND', { entity: 'share', id: meant.share.code })
    return share.kind === 'collection'
      ? this.inCollection(share, meant.path, text)
      : this.at(share, meant.path, meant.site, text)
  }

  /** What a path in a collection leads to; the collection itself for its own path. @throws TernError NOT_FOUND */
  inCollection(collection: ShareRow, path: string, text: string): PlacedFile {
    const access = { ...this.access.at(collection, path), mayWrite: false }
    const named = { text, site: mainSite, access, collection: { share: collection, path } }
    if (path === '') return { ...named, share: collection, path }
    const found = collectedPlace(viewScopeOf(this.#context).database, collection.id, path)
    if (found === undefined) throw new TernError('SOURCE_NOT_FOUND', { path: text })
    return { ...named, ...found }
  }

  /** What of a folder's names may be seen; undefined when it may not be listed. */
  visibleNames({ collection, share, path, site }: PlacedFile): ReturnType<ShareAccess['visibleNames']> {
    return collection
      ? this.access.visibleNames(collection.share, collection.path)
      : this.access.visibleNames(share, path, site)
  }

  at(share: ShareRow, path: string, site: string, text: string): PlacedFile {
    return { text, site, share, path, access: this.access.at(share, path, site) }
  }

  /** The storage client to ask. @throws TernError PEER_UNREACHABLE, CONFLICT for a share that is switched off */
  clientFor({ share, site, text }: PlacedFile): ClientRow {
    // As for its jobs: whoever switched it off wants nothing touched there.
    if (share.status === 'disabled') throw new TernError('CONFLICT', { path: text, problem: 'share-disabled' })
    const serving = clientsServing(viewScopeOf(this.#context).database, share, site)
    const client = serving.find(({ id }) => this.#context.presence.isOnline(id))
    if (client === undefined) throw new TernError('PEER_UNREACHABLE', { peer: serving[0]?.name ?? site })
    return client
  }
}

/** @throws TernError FORBIDDEN `{path}` */
export function requireRight(place: PlacedFile, right: keyof PathAccess): void {
  if (!place.access[right]) throw new TernError('FORBIDDEN', { path: place.text })
}

/** What a storage says of a path, said of the place as the caller wrote it: where the share lies is not theirs to know. */
export async function toldAs<T>(places: readonly PlacedFile[], work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    const error = TernError.from(thrown)
    const { path, peer, ...params } = error.params
    const told = typeof path === 'string' ? (places.find((place) => place.path === path) ?? places[0]) : places[0]
    throw new TernError(
      error.code,
      { ...params, ...(peer === undefined ? { path: told?.text ?? '' } : { peer }) },
      { cause: error },
    )
  }
}
