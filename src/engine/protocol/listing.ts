/** What an entry is, as a number of the wire. */
export const entryKind = { file: 0, folder: 1, link: 2 } as const
export type EntryKindName = keyof typeof entryKind

/** Entries of one folder, right after one another: from `start` up to `end` in the columns. */
export interface Run {
  /** Relative to the item, `/`-separated; empty: the item itself. */
  readonly folder: string
  readonly start: number
  end: number
}

/** A user or a group as the source's system has it. */
export interface Principal {
  readonly id: number
  /** Empty: the source's system has no name for it. */
  readonly name: string
}

/** Who owns each entry, as places in the two tables. Sent only where the request keeps owner or group. */
export interface Ownership {
  readonly users: readonly Principal[]
  readonly groups: readonly Principal[]
  readonly userOf: readonly number[]
  readonly groupOf: readonly number[]
}

/** One entry by itself, for whoever looks at single ones. */
export interface ListEntry {
  readonly kind: EntryKindName
  /** Relative to the item, `/`-separated; empty: the item itself. */
  readonly path: string
  readonly sizeBytes: number
  /** With fractions, as precise as the system's calls give it: about a quarter of a microsecond. */
  readonly mtimeMs: number
  /** Permission bits. */
  readonly mode: number
  readonly linkTarget?: string
}

/**
 * Listed entries as columns, since an object for each of a million files costs more than looking at them. A folder
 * comes right before what it holds; the item itself has an empty name in an empty folder.
 */
export class Listing {
  readonly runs: Run[] = []
  readonly names: string[] = []
  readonly kinds: number[] = []
  readonly sizes: number[] = []
  readonly mtimesMs: number[] = []
  readonly modes: number[] = []
  /** By entry; only of links. */
  readonly linkTargets = new Map<number, string>()
  ownership: Ownership | undefined

  get length(): number {
    return this.names.length
  }

  add(folder: string, name: string, kind: number, sizeBytes: number, mtimeMs: number, mode: number): void {
    const index = this.names.length
    const last = this.runs[this.runs.length - 1]
    if (last !== undefined && last.folder === folder) last.end = index + 1
    else this.runs.push({ folder, start: index, end: index + 1 })
    this.names.push(name)
    this.kinds.push(kind)
    this.sizes.push(sizeBytes)
    this.mtimesMs.push(mtimeMs)
    this.modes.push(mode)
  }

  /** The path of an entry in a run. */
  pathIn(run: Run, index: number): string {
    const name = this.names[index] as string
    if (run.folder === '') return name
    return `${run.folder}/${name}`
  }

  entryIn(run: Run, index: number): ListEntry {
    const linkTarget = this.linkTargets.get(index)
    return {
      kind: kindNames[this.kinds[index] as number] as EntryKindName,
      path: this.pathIn(run, index),
      sizeBytes: this.sizes[index] as number,
      mtimeMs: this.mtimesMs[index] as number,
      mode: this.modes[index] as number,
      ...(linkTarget !== undefined && { linkTarget }),
    }
  }

  *entries(): Generator<ListEntry> {
    for (const run of this.runs) for (let index = run.start; index < run.end; index += 1) yield this.entryIn(run, index)
  }
}

const kindNames: readonly EntryKindName[] = ['file', 'folder', 'link']
