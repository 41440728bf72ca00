import type { ItemNote, ItemPlan, NoteKind } from '../../api.ts'

const mostOfEachKind = 100

/** What became of an item's files, for the log: the first of each kind by name, and of a dry run all in figures. */
export class ItemNotes {
  readonly #tells: ReadonlySet<NoteKind>
  readonly #notes: ItemNote[] = []
  readonly #counts = new Map<NoteKind, number>()
  #plannedBytes = 0

  constructor(tells: ReadonlySet<NoteKind> = new Set()) {
    this.#tells = tells
  }

  /** `bytes`: of content that it takes. */
  add(kind: NoteKind, path: string, bytes = 0): void {
    const count = (this.#counts.get(kind) ?? 0) + 1
    this.#counts.set(kind, count)
    this.#plannedBytes += bytes
    if (count <= mostOfEachKind && this.#tells.has(kind)) this.#notes.push({ kind, path })
  }

  /** Whether the next of a kind is told by name. */
  hasRoomFor(kind: NoteKind): boolean {
    return this.#tells.has(kind) && (this.#counts.get(kind) ?? 0) < mostOfEachKind
  }

  get list(): readonly ItemNote[] {
    return this.#notes
  }

  /** Of a run in which `placed`, `replaced` and `removed` are told of what would happen. */
  get plan(): ItemPlan {
    const of = (kind: NoteKind) => this.#counts.get(kind) ?? 0
    return {
      create: of('placed'),
      replace: of('replaced'),
      remove: of('removed'),
      same: of('same') + of('left'),
      bytes: this.#plannedBytes,
    }
  }
}
