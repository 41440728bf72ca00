import { TernError } from '../../shared/domain/errors.ts'
import { maxItems, maxOpenBatches, maxOpenEntries, maxPathDepth } from './limits.ts'
import type { ItemBegin, ItemEnd, ItemKind, ListBatch, ListEntry } from './messages.ts'
import { isAfterInTree } from './tree-order.ts'

function violation(what: string): TernError {
  return new TernError('PROTOCOL_ERROR', { what })
}

/**
 * The receiver's side of the list: what the sender may say next, and how much of it may be open. Entries are numbered
 * in the order in which they are listed, each item's tree comes once and in order, so that no entry can come twice.
 */
export class IncomingList {
  readonly #itemIds = new Set<string>()
  #nextItem = 0
  #nextBatch = 0
  #nextEntry = 0
  #openBatches = 0
  #openEntries = 0
  #current: { item: number; kind: ItemKind; lastPath: string | undefined } | undefined
  #isEnded = false

  get isEnded(): boolean {
    return this.#isEnded
  }

  beginItem(message: ItemBegin): void {
    this.#assertOpen()
    if (this.#current) throw violation('item within an item')
    this.#takeItem(message.item, message.itemId)
    this.#current = { item: message.item, kind: message.kind, lastPath: undefined }
  }

  takeBatch(message: ListBatch): void {
    this.#assertOpen()
    const current = this.#current
    if (current?.item !== message.item) throw violation('batch of another item')
    if (message.batch !== this.#nextBatch) throw violation('batch out of order')
    if (message.firstEntry !== this.#nextEntry) throw violation('entry out of order')
    if (message.entries.length === 0) throw violation('empty batch')
    this.#openBatches += 1
    this.#openEntries += message.entries.length
    if (this.#openBatches > maxOpenBatches || this.#openEntries > maxOpenEntries) throw violation('over the window')
    this.#nextBatch += 1
    this.#nextEntry += message.entries.length
    for (const entry of message.entries) {
      this.#checkEntry(entry, current.kind, current.lastPath)
      current.lastPath = entry.path
    }
  }

  /** The end of the item in work, or an item that could not even begin. */
  endItem(message: ItemEnd): void {
    this.#assertOpen()
    if (this.#current?.item === message.item) {
      if (!message.error && this.#current.lastPath === undefined) throw violation('item without an entry')
      this.#current = undefined
      return
    }
    if (this.#current || !message.error) throw violation('end of another item')
    this.#takeItem(message.item, message.itemId)
  }

  checkProblem(item: number): void {
    this.#assertOpen()
    if (this.#current?.item !== item) throw violation('problem of another item')
  }

  end(): void {
    this.#assertOpen()
    if (this.#current) throw violation('list ended within an item')
    this.#isEnded = true
  }

  batchAnswered(entriesClosed: number): void {
    this.#openBatches -= 1
    this.#openEntries -= entriesClosed
  }

  entriesClosed(count: number): void {
    this.#openEntries -= count
  }

  #assertOpen(): void {
    if (this.#isEnded) throw violation('list after its end')
  }

  #takeItem(item: number, itemId: string): void {
    if (item !== this.#nextItem || item >= maxItems) throw violation('item out of order')
    if (itemId === '' || this.#itemIds.has(itemId)) throw violation('item sent twice')
    this.#itemIds.add(itemId)
    this.#nextItem += 1
  }

  #checkEntry(entry: ListEntry, itemKind: ItemKind, lastPath: string | undefined): void {
    if (lastPath === undefined) {
      if (entry.path !== '' || entry.kind !== (itemKind === 'file' ? 'file' : 'folder'))
        throw violation('first entry is not the item')
      return
    }
    if (itemKind === 'file') throw violation('more than one entry in a file')
    if (itemKind === 'members' && (entry.kind !== 'file' || entry.path.includes('/'))) throw violation('no member')
    if (!isAfterInTree(entry.path, lastPath)) throw violation('paths out of order')
    if (depthOf(entry.path) > maxPathDepth) throw violation('too deep')
  }
}

function depthOf(path: string): number {
  let depth = 1
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) depth += 1
  return depth
}
