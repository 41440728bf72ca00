import { newSecret } from '../../platform/random-id.ts'
import type { FileOrder, FileOrderOf, FilesAnswer, FoundFile } from '../../shared/contract/stream-files.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { ClientId } from '../../shared/domain/ids.ts'
import type { Hub } from '../stream/hub.ts'

interface Waiter {
  readonly clientId: ClientId
  readonly resolve: (answer: FilesAnswer) => void
  readonly reject: (error: TernError) => void
  readonly timer: NodeJS.Timeout
}

/** Less than the two minutes after which scripts give up, so that they are told why. */
const timeoutMs = 100_000
const maxWaiting = 1000

/** Questions to storage clients about the files of their shares, and who waits for the answers. */
export class FileRequests {
  readonly #hub: Hub
  readonly #waiting = new Map<string, Waiter>()

  constructor(hub: Hub) {
    this.#hub = hub
  }

  /** @throws TernError PEER_UNREACHABLE, STORAGE_SLOW, TOO_MANY_REQUESTS, and whatever the storage client says */
  async ask(clientId: ClientId, order: Exclude<FileOrder, { op: 'list' }>): Promise<FilesAnswer> {
    const requestId = newSecret(12)
    return await this.#next(clientId, requestId, { type: 'files.request', requestId, order })
  }

  /** Entries as they come; the storage client reads on only as far as they are taken. Ends early with the loop. */
  async *list(clientId: ClientId, order: FileOrderOf<'list'>): AsyncGenerator<readonly FoundFile[]> {
    const requestId = newSecret(12)
    let isOver = false
    try {
      let answer = await this.#next(clientId, requestId, { type: 'files.request', requestId, order })
      for (;;) {
        isOver = answer.isLast
        yield answer.entries ?? []
        if (isOver) return
        answer = await this.#next(clientId, requestId, { type: 'files.more', requestId })
      }
    } finally {
      if (!isOver) this.#hub.sendTo(clientId, { type: 'files.stop', requestId })
    }
  }

  /** Only the client that was asked may answer. */
  answer(clientId: string | undefined, answer: FilesAnswer): void {
    const waiter = this.#waiting.get(answer.requestId)
    if (waiter === undefined || waiter.clientId !== clientId) return
    this.#settle(answer.requestId, waiter)
    if (answer.error === undefined) waiter.resolve(answer)
    else waiter.reject(TernError.fromEnvelope(answer.error))
  }

  lost(clientId: string): void {
    for (const [requestId, waiter] of this.#waiting) {
      if (waiter.clientId !== clientId) continue
      this.#settle(requestId, waiter)
      waiter.reject(new TernError('PEER_UNREACHABLE'))
    }
  }

  #next(clientId: ClientId, requestId: string, frame: Parameters<Hub['sendTo']>[1]): Promise<FilesAnswer> {
    if (this.#waiting.size >= maxWaiting) throw new TernError('TOO_MANY_REQUESTS', { retryAfterSeconds: 5 })
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(requestId)
        this.#hub.sendTo(clientId, { type: 'files.stop', requestId })
        reject(new TernError('STORAGE_SLOW'))
      }, timeoutMs)
      this.#waiting.set(requestId, { clientId, resolve, reject, timer })
      if (!this.#hub.sendTo(clientId, frame)) this.lost(clientId)
    })
  }

  #settle(requestId: string, waiter: Waiter): void {
    this.#waiting.delete(requestId)
    clearTimeout(waiter.timer)
  }
}
