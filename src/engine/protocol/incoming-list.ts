import { TernError } from '../../shared/domain/errors.ts'
import { maxItemIdUnits, maxItems } from './limits.ts'
import { ListWindow } from './list-window.ts'
import type { ItemBegin, ItemEnd, ListBatch } from './messages.ts'
import { TreeOrder } from './tree-order.ts'

function violation(what: string): TernError {
  return new TernError('PROTOCOL_ERROR', { what })
}

/**
 * The receiver's side of the list: what the sender may say next, and how much of it may be open. Entries are numbered
 * in the order in which they are listed, each item's tree comes once and in order, so that no entry can come twice.
 */
export class IncomingList {
  readonly #itemIds = new Set<string>()
  readonly #window = new ListWindow()
  #itemIdUnits = 0
  #nextItem = 0
  #current: { readonly item: number; readonly order: TreeOrder } | undefined
  #isEnded = false

  get isEnded(): boolean {
    return this.#isEnded
  }

  beginItem(message: ItemBegin): void {
    this.#assertOpen()
    if (this.#current) throw violation('item within an item')
    this.#takeItem(message.item, message.itemId)
    this.#current = { item: message.item, order: new TreeOrder(message.kind) }
  }

  /** `bytes`: of the batch's frame. */
  takeBatch(message: ListBatch, bytes: number): void {
    this.#assertOpen()
    const current = this.#current
    if (current?.item !== message.item) throw violation('batch of another item')
    if (message.batch !== this.#window.nextBatch) throw violation('batch out of order')
    if (message.firstEntry !== this.#window.nextEntry) throw violation('entry out of order')
    if (message.listing.length === 0) throw violation('empty batch')
    this.#window.open(message.listing.length, bytes)
    if (this.#window.isOverfull) throw violation('over the window')
    current.order.take(message.listing)
  }

  /** The end of the item in work, or an item that could not even begin. */
  endItem(message: ItemEnd): void {
    this.#assertOpen()
    if (this.#current?.item === message.item) {
      if (!message.error && !this.#current.order.hasBegun) throw violation('item without an entry')
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

  /** The oldest batch is answered; nothing is wanted of so many of its entries. */
  batchAnswered(entriesSettled: number): void {
    this.#window.answer(entriesSettled)
  }

  entriesSettled(firstEntry: number, count: number): void {
    this.#window.settle(firstEntry, count)
  }

  #assertOpen(): void {
    if (this.#isEnded) throw violation('list after its end')
  }

  #takeItem(item: number, itemId: string): void {
    if (item !== this.#nextItem || item >= maxItems) throw violation('item out of order')
    if (itemId === '' || this.#itemIds.has(itemId)) throw violation('item sent twice')
    this.#itemIdUnits += itemId.length
    if (this.#itemIdUnits > maxItemIdUnits) throw violation('names of items too long')
    this.#itemIds.add(itemId)
    this.#nextItem += 1
  }
}
