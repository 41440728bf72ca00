import { type JournalEvent, journalVersion, type PartialStart, type TargetPlace } from './journal-events.ts'

/** The fold of a journal's events. Pure: no files, no clock. */
export class JournalState {
  readonly placements = new Map<string, TargetPlace>()
  /** By item and root. */
  readonly #madeFolders = new Map<string, Set<string>>()
  readonly #partials = new Map<number, PartialStart>()
  readonly #idByTarget = new Map<string, number>()
  readonly #staging = new Map<string, { root: string; name: string }>()
  #nextId = 0

  /** False when the event does not fit what came before: then it is not applied. */
  apply(event: JournalEvent): boolean {
    switch (event.kind) {
      case 'opened':
      case 'checked':
        return true
      case 'placement':
        this.placements.set(event.itemId, event.target)
        return true
      case 'made-folder':
        this.#addMadeFolder(event.itemId, event.target)
        return true
      case 'partial':
        return this.#start(event)
      case 'partial-compared':
        return this.#noteCompared(event.id, event.bytes)
      case 'partial-gone':
        return this.#drop(event.id)
      case 'staging':
        this.#staging.set(targetKey(event.name, event.root), { root: event.root, name: event.name })
        return true
      case 'staging-gone':
        return this.#staging.delete(targetKey(event.name, event.root))
    }
  }

  /** Below the root, as they were made. */
  madeFolders(itemId: string, root: string): ReadonlySet<string> {
    return this.#madeFolders.get(targetKey(itemId, root)) ?? noFolders
  }

  nextPartialId(): number {
    return this.#nextId
  }

  idOf(itemId: string, target: TargetPlace): number | undefined {
    return this.#idByTarget.get(partialKey(itemId, target))
  }

  lookup(itemId: string, target: TargetPlace): PartialStart | undefined {
    const id = this.idOf(itemId, target)
    return id === undefined ? undefined : this.#partials.get(id)
  }

  /** In the order in which they were begun. */
  partials(): PartialStart[] {
    return [...this.#partials.values()]
  }

  staging(): readonly { readonly root: string; readonly name: string }[] {
    return [...this.#staging.values()]
  }

  /** The fewest events that lead to this state. */
  *events(resumeKey: string): Generator<JournalEvent> {
    yield { kind: 'opened', version: journalVersion, resumeKey }
    for (const [itemId, target] of this.placements) yield { kind: 'placement', itemId, target }
    for (const [key, paths] of this.#madeFolders) {
      const [itemId = '', root = ''] = key.split('\0')
      for (const path of paths) yield { kind: 'made-folder', itemId, target: { root, path } }
    }
    for (const { root, name } of this.#staging.values()) yield { kind: 'staging', root, name }
    for (const [id, { itemId, target, partialName, comparedBytes }] of this.#partials) {
      yield { kind: 'partial', id, itemId, target, partialName }
      if (comparedBytes !== undefined) yield { kind: 'partial-compared', id, bytes: comparedBytes }
    }
  }

  #addMadeFolder(itemId: string, { root, path }: TargetPlace): void {
    const key = targetKey(itemId, root)
    const made = this.#madeFolders.get(key) ?? new Set<string>()
    made.add(path)
    this.#madeFolders.set(key, made)
  }

  #start({ id, itemId, target, partialName }: { readonly id: number } & PartialStart): boolean {
    if (this.#partials.has(id)) return false
    const key = partialKey(itemId, target)
    const earlier = this.#idByTarget.get(key)
    if (earlier !== undefined) this.#partials.delete(earlier)
    this.#partials.set(id, { itemId, target, partialName })
    this.#idByTarget.set(key, id)
    this.#nextId = Math.max(this.#nextId, id + 1)
    return true
  }

  #noteCompared(id: number, comparedBytes: number): boolean {
    const partial = this.#partials.get(id)
    if (partial) this.#partials.set(id, { ...partial, comparedBytes })
    return partial !== undefined
  }

  #drop(id: number): boolean {
    const partial = this.#partials.get(id)
    if (!partial) return false
    this.#partials.delete(id)
    this.#idByTarget.delete(partialKey(partial.itemId, partial.target))
    return true
  }
}

const noFolders: ReadonlySet<string> = new Set()

function partialKey(itemId: string, target: TargetPlace): string {
  return targetKey(itemId, targetKey(target.root, target.path))
}

/** NUL is in no path and no id. */
function targetKey(left: string, right: string): string {
  return `${left}\0${right}`
}
