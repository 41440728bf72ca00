import { newSecret } from '../../platform/random-id.ts'
import type { ClientFrame } from '../../shared/contract/stream.ts'
import { isErrorCode, TernError } from '../../shared/domain/errors.ts'
import type { ClientId, ShareId } from '../../shared/domain/ids.ts'
import type { Hub } from './hub.ts'

type Listing = Extract<ClientFrame, { type: 'folder.listing' }>

interface Waiter {
  readonly clientId: ClientId
  readonly resolve: (listing: Listing) => void
  readonly reject: (error: TernError) => void
  readonly timer: NodeJS.Timeout
}

const timeoutMs = 10_000
const maxWaiting = 1000

/** Questions to a site's server about the folders of its shares, and who waits for the answers. */
export class FolderListings {
  readonly #hub: Hub
  readonly #waiting = new Map<string, Waiter>()

  constructor(hub: Hub) {
    this.#hub = hub
  }

  ask(clientId: ClientId, shareId: ShareId, path: string): Promise<Listing> {
    if (this.#waiting.size >= maxWaiting) throw new TernError('TOO_MANY_REQUESTS', { retryAfterSeconds: 5 })
    const requestId = newSecret(12)
    return new Promise<Listing>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(requestId)
        reject(new TernError('PEER_UNREACHABLE'))
      }, timeoutMs)
      this.#waiting.set(requestId, { clientId, resolve, reject, timer })
      if (!this.#hub.sendTo(clientId, { type: 'folder.list', requestId, shareId, path })) this.lost(clientId)
    })
  }

  /** Only the client that was asked may answer. */
  answer(clientId: string | undefined, listing: Listing): void {
    const waiter = this.#waiting.get(listing.requestId)
    if (waiter === undefined || waiter.clientId !== clientId) return
    this.#waiting.delete(listing.requestId)
    clearTimeout(waiter.timer)
    const code = listing.error?.code
    if (code === undefined) waiter.resolve(listing)
    else waiter.reject(new TernError(isErrorCode(code) ? code : 'INTERNAL'))
  }

  lost(clientId: string): void {
    for (const [requestId, waiter] of this.#waiting) {
      if (waiter.clientId !== clientId) continue
      this.#waiting.delete(requestId)
      clearTimeout(waiter.timer)
      waiter.reject(new TernError('PEER_UNREACHABLE'))
    }
  }
}
