import type { JournalEvent, PartialStart, TargetPlace } from './journal-events.ts'

interface PartialInWork extends PartialStart {
  readonly id: number
  digests: Buffer
  digestLength: number
  needsCheck: boolean
}

/** A partial as the journal knows it. */
export interface PartialState extends PartialStart {
  /** One after the other, `digestBytes` each: the blocks from the start that were verified and durable. */
  readonly digests: Uint8Array
  readonly verifiedBlocks: number
  /** The machine was started anew since: read the blocks and compare before counting on them. */
  readonly needsCheck: boolean
}

/** The fold of a journal's events. Pure: no files, no clock. */
export class JournalState {
  readonly placements = new Map<string, TargetPlace>()
  readonly #partials = new Map<number, PartialInWork>()
  readonly #idByTarget = new Map<string, number>()
  readonly #staging = new Map<string, { root: string; name: string }>()
  #bootId: string | undefined
  #nextId = 0

  /** False when the event does not fit what came before: then it is not applied. */
  apply(event: JournalEvent): boolean {
    switch (event.kind) {
      case 'opened':
        if (this.#bootId !== undefined && this.#bootId !== event.bootId) this.distrustPartials()
        this.#bootId = event.bootId
        return true
      case 'placement':
        this.placements.set(event.itemId, event.target)
        return true
      case 'partial':
        return this.#start(event)
      case 'blocks':
        return this.#addBlocks(event.id, event.fromBlock, event.digests)
      case 'checked':
        return this.#check(event.id, event.blocks)
      case 'partial-gone':
        return this.#drop(event.id)
      case 'staging':
        this.#staging.set(targetKey(event.name, event.root), { root: event.root, name: event.name })
        return true
      case 'staging-gone':
        return this.#staging.delete(targetKey(event.name, event.root))
    }
  }

  nextPartialId(): number {
    return this.#nextId
  }

  idOf(itemId: string, target: TargetPlace): number | undefined {
    return this.#idByTarget.get(partialKey(itemId, target))
  }

  lookup(itemId: string, target: TargetPlace): PartialState | undefined {
    const id = this.idOf(itemId, target)
    const partial = id === undefined ? undefined : this.#partials.get(id)
    return partial && viewOf(partial)
  }

  /** In the order in which they were begun. */
  partials(): PartialState[] {
    return [...this.#partials.values()].map(viewOf)
  }

  staging(): readonly { readonly root: string; readonly name: string }[] {
    return [...this.#staging.values()]
  }

  /** After a start of the machine: what was written may not have reached the disk as it was meant to. */
  distrustPartials(): void {
    for (const partial of this.#partials.values()) partial.needsCheck = true
  }

  /** After damage: records may be missing that would have taken claims back, so there are none. */
  dropClaims(): void {
    for (const partial of this.#partials.values()) {
      partial.digestLength = 0
      partial.needsCheck = true
    }
  }

  /** The fewest events that lead to this state. */
  *events(resumeKey: string, bootId: string): Generator<JournalEvent> {
    yield { kind: 'opened', version: 1, resumeKey, bootId: this.#bootId ?? bootId }
    for (const [itemId, target] of this.placements) yield { kind: 'placement', itemId, target }
    for (const { root, name } of this.#staging.values()) yield { kind: 'staging', root, name }
    const trusted = [...this.#partials.values()].filter((partial) => !partial.needsCheck)
    const distrusted = [...this.#partials.values()].filter((partial) => partial.needsCheck)
    for (const partial of distrusted) yield* eventsOf(partial)
    // Under another boot than the one above, so that these alone are to be checked again.
    if (distrusted.length > 0) yield { kind: 'opened', version: 1, resumeKey, bootId: `not ${this.#bootId ?? bootId}` }
    if (distrusted.length > 0) yield { kind: 'opened', version: 1, resumeKey, bootId: this.#bootId ?? bootId }
    for (const partial of trusted) yield* eventsOf(partial)
  }

  #start(event: { readonly id: number } & PartialStart): boolean {
    if (event.id < this.#nextId && this.#partials.has(event.id)) return false
    const key = partialKey(event.itemId, event.target)
    const earlier = this.#idByTarget.get(key)
    if (earlier !== undefined) this.#partials.delete(earlier)
    const { itemId, target, partialName, source, blockSizeBytes, digestBytes } = event
    const start = { itemId, target, partialName, source, blockSizeBytes, digestBytes }
    this.#partials.set(event.id, {
      ...start,
      id: event.id,
      digests: Buffer.alloc(0),
      digestLength: 0,
      needsCheck: false,
    })
    this.#idByTarget.set(key, event.id)
    this.#nextId = Math.max(this.#nextId, event.id + 1)
    return true
  }

  #addBlocks(id: number, fromBlock: number, digests: Uint8Array): boolean {
    const partial = this.#partials.get(id)
    if (!partial || fromBlock * partial.digestBytes !== partial.digestLength) return false
    if (digests.byteLength === 0 || digests.byteLength % partial.digestBytes !== 0) return false
    const length = partial.digestLength + digests.byteLength
    if (length > maxBlocks(partial) * partial.digestBytes) return false
    if (length > partial.digests.length) {
      const grown = Buffer.alloc(Math.max(length, partial.digests.length * 2, 1024))
      partial.digests.copy(grown, 0, 0, partial.digestLength)
      partial.digests = grown
    }
    partial.digests.set(digests, partial.digestLength)
    partial.digestLength = length
    return true
  }

  #check(id: number, blocks: number): boolean {
    const partial = this.#partials.get(id)
    if (!partial || blocks * partial.digestBytes > partial.digestLength) return false
    partial.digestLength = blocks * partial.digestBytes
    partial.needsCheck = false
    return true
  }

  #drop(id: number): boolean {
    const partial = this.#partials.get(id)
    if (!partial) return false
    this.#partials.delete(id)
    this.#idByTarget.delete(partialKey(partial.itemId, partial.target))
    return true
  }
}

function viewOf(partial: PartialInWork): PartialState {
  const { itemId, target, partialName, source, blockSizeBytes, digestBytes, needsCheck } = partial
  const digests = partial.digests.subarray(0, partial.digestLength)
  const verifiedBlocks = partial.digestLength / digestBytes
  return { itemId, target, partialName, source, blockSizeBytes, digestBytes, digests, verifiedBlocks, needsCheck }
}

function* eventsOf(partial: PartialInWork): Generator<JournalEvent> {
  const { id, itemId, target, partialName, source, blockSizeBytes, digestBytes } = partial
  yield { kind: 'partial', id, itemId, target, partialName, source, blockSizeBytes, digestBytes }
  const stepBytes = digestBytes * 65_536
  for (let from = 0; from < partial.digestLength; from += stepBytes) {
    const digests = partial.digests.subarray(from, Math.min(from + stepBytes, partial.digestLength))
    yield { kind: 'blocks', id, fromBlock: from / digestBytes, digests }
  }
}

function maxBlocks(partial: PartialStart): number {
  return Math.ceil(partial.source.sizeBytes / partial.blockSizeBytes)
}

function partialKey(itemId: string, target: TargetPlace): string {
  return targetKey(itemId, targetKey(target.root, target.path))
}

/** NUL is in no path and no id. */
function targetKey(left: string, right: string): string {
  return `${left}\0${right}`
}
