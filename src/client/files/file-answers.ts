import { makeFolder, moveEntry, removeEntry, type TendedPlace } from '../../engine/index.ts'
import { fileError } from '../../platform/errno.ts'
import type { Logger } from '../../platform/logger.ts'
import type { ClientFrame, ServerFrame } from '../../shared/contract/stream.ts'
import {
  type FileOrder,
  type FilesAnswer,
  type FoundFile,
  maxEntriesPerAnswer,
} from '../../shared/contract/stream-files.ts'
import { isAbort, TernError } from '../../shared/domain/errors.ts'
import { wayBelow } from '../../shared/domain/meaning/location.ts'
import type { EndpointResolver } from '../dispatches/endpoint-resolver.ts'
import { listFolder, lookAt, sizeOf } from './folder-listing.ts'

export interface FileAnswerParts {
  readonly resolver: EndpointResolver
  readonly logger: Logger
  /** Whether a running transfer reads or writes at an absolute path, below it or above it. */
  isBusy(path: string): Promise<boolean>
  send(frame: ClientFrame): void
}

interface Open {
  readonly ended: AbortController
  /** Of `list`: what is still to be read. */
  parts?: AsyncGenerator<readonly FoundFile[]>
  idle?: NodeJS.Timeout
}

const maxOpen = 64
/** Whoever asked and does not read on is gone. */
const idleMs = 120_000

/** Does on this storage's shares what the workspace asks for, and nothing outside of them. */
export class FileAnswers implements Disposable {
  readonly #parts: FileAnswerParts
  readonly #open = new Map<string, Open>()

  constructor(parts: FileAnswerParts) {
    this.#parts = parts
  }

  async receive(frame: Extract<ServerFrame, { type: `files.${string}` }>): Promise<void> {
    const { requestId } = frame
    switch (frame.type) {
      case 'files.stop':
        return this.#close(requestId)
      case 'files.more': {
        const open = this.#open.get(requestId)
        if (open) await this.#answering(requestId, open, () => this.#nextPart(open))
        return
      }
      case 'files.request': {
        const open: Open = { ended: new AbortController() }
        const isTooMany = this.#open.size >= maxOpen
        if (!isTooMany) this.#open.set(requestId, open)
        await this.#answering(requestId, open, () => {
          if (isTooMany) throw new TernError('TOO_MANY_REQUESTS', { retryAfterSeconds: 5 })
          return this.#begin(open, frame.order)
        })
      }
    }
  }

  /** The line is gone, and with it whoever asked. */
  [Symbol.dispose](): void {
    for (const requestId of this.#open.keys()) this.#close(requestId)
  }

  async #answering(requestId: string, open: Open, work: () => Promise<Partial<FilesAnswer>>): Promise<void> {
    clearTimeout(open.idle)
    let answer: Partial<FilesAnswer>
    try {
      answer = await work()
    } catch (thrown) {
      if (isAbort(thrown)) return
      const error = fileError(thrown, 'source')
      if (error.code === 'INTERNAL') this.#parts.logger.warn({ err: thrown }, 'a file operation failed')
      answer = { error: error.toEnvelope() }
    }
    if (open.ended.signal.aborted) return
    const isLast = answer.isLast ?? true
    if (isLast) this.#close(requestId)
    else open.idle = setTimeout(() => this.#close(requestId), idleMs).unref()
    this.#parts.send({ type: 'files.answer', requestId, ...answer, isLast })
  }

  async #begin(open: Open, order: FileOrder): Promise<Partial<FilesAnswer>> {
    const { signal } = open.ended
    const place = await this.#place(order)
    switch (order.op) {
      case 'list':
        open.parts = listFolder(place, order, signal)
        return await this.#nextPart(open)
      case 'look':
        return { found: await lookAt(place, signal) }
      case 'size':
        return { found: await sizeOf(place, order, signal) }
      case 'make':
        makeFolder(tended(order, place))
        return {}
      case 'move': {
        const to = tended(order.to, await this.#place(order.to))
        const from = tended(order, place)
        await this.#assertIdle([from, to])
        moveEntry(from, to)
        return {}
      }
      case 'remove': {
        const removed = tended(order, place)
        await this.#assertIdle([removed])
        await removeEntry(removed, { isForced: order.isForced, signal })
        return {}
      }
    }
  }

  async #nextPart(open: Open): Promise<Partial<FilesAnswer>> {
    const next = await open.parts?.next()
    if (!next || next.done) return { entries: [], isLast: true }
    return { entries: [...next.value], isLast: next.value.length < maxEntriesPerAnswer }
  }

  #place({ shareId, path }: Pick<FileOrder, 'shareId' | 'path'>): Promise<TendedPlace> {
    return this.#parts.resolver.sharePlace(shareId, wayBelow(path))
  }

  async #assertIdle(places: readonly TendedPlace[]): Promise<void> {
    for (const { root, path } of places) {
      if (await this.#parts.isBusy(`${root}/${path}`)) throw new TernError('TARGET_BUSY')
    }
  }

  #close(requestId: string): void {
    const open = this.#open.get(requestId)
    if (open === undefined) return
    this.#open.delete(requestId)
    clearTimeout(open.idle)
    open.ended.abort()
    // A part that is being read ends by the signal.
    open.parts?.return(undefined).catch(() => undefined)
  }
}

/** A share itself is not made, moved or removed through Tern's file operations. */
function tended({ path }: Pick<FileOrder, 'path'>, place: TendedPlace): TendedPlace {
  if (wayBelow(path) === '') throw new TernError('PATH_INVALID', { path, problem: 'share-itself' })
  return place
}
