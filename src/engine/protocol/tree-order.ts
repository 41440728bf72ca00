import { TernError } from '../../shared/domain/errors.ts'
import { maxPathDepth } from './limits.ts'
import { entryKind, type Listing, type Run } from './listing.ts'
import type { ItemKind } from './messages.ts'

function violation(what: string): TernError {
  return new TernError('PROTOCOL_ERROR', { what })
}

/**
 * Follows one item's list through its batches. Each folder is listed before what it holds, names in one folder come in
 * the order of their bytes, and who has left a folder does not come back: so no path can come twice, and nobody has to
 * remember any.
 */
export class TreeOrder {
  readonly #kind: ItemKind
  /** Of the latest entry. */
  #folder = ''
  #name = ''
  #isFolder = false
  #hasBegun = false

  constructor(kind: ItemKind) {
    this.#kind = kind
  }

  get hasBegun(): boolean {
    return this.#hasBegun
  }

  /** Fails with PROTOCOL_ERROR. */
  take(listing: Listing): void {
    for (const run of listing.runs) {
      const begun = this.#hasBegun ? run.start : this.#begin(listing, run)
      if (begun === run.end) continue
      if (this.#kind === 'file') throw violation('more than one entry in a file')
      this.#enter(run.folder, listing.names[begun] as string)
      this.#takeNames(listing, begun, run.end)
    }
  }

  #begin(listing: Listing, { folder, start }: Run): number {
    const kind = this.#kind === 'file' ? entryKind.file : entryKind.folder
    if (folder !== '' || listing.names[start] !== '' || listing.kinds[start] !== kind) {
      throw violation('first entry is not the item')
    }
    this.#hasBegun = true
    this.#isFolder = true
    return start + 1
  }

  /** Into the folder that was listed last, on in the one in work, or back to one above. */
  #enter(folder: string, name: string): void {
    const isSame = folder === this.#folder && this.#name !== ''
    if (isSame) return
    const last = joined(this.#folder, this.#name)
    if (this.#isFolder && folder === last) {
      if (depthOf(folder) >= maxPathDepth) throw violation('too deep')
      if (this.#kind === 'members' && folder !== '') throw violation('no member')
    } else {
      if (!isAbove(folder, this.#folder)) throw violation('paths out of order')
      if (!isAfterInTree(joined(folder, name), last)) throw violation('paths out of order')
    }
    this.#folder = folder
    this.#name = ''
  }

  #takeNames({ names, kinds }: Listing, start: number, end: number): void {
    let previous = this.#name
    for (let index = start; index < end; index += 1) {
      const name = names[index] as string
      if (name === '') throw violation('entry without a name')
      if (previous !== '' && !isAfterInTree(name, previous)) throw violation('paths out of order')
      if (this.#kind === 'members' && kinds[index] !== entryKind.file) throw violation('no member')
      previous = name
    }
    this.#name = previous
    this.#isFolder = kinds[end - 1] === entryKind.folder
  }
}

/** Whether a folder is one of those above another. */
function isAbove(folder: string, below: string): boolean {
  return folder === '' ? below !== '' : below.startsWith(`${folder}/`)
}

function joined(folder: string, name: string): string {
  if (folder === '') return name
  return name === '' ? folder : `${folder}/${name}`
}

function depthOf(path: string): number {
  if (path === '') return 0
  let depth = 1
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) depth += 1
  return depth
}

/**
 * Whether `path` comes after `previous` in a list where each folder precedes its children and names in one folder are
 * in the order of their UTF-8 bytes. Strict, so a path that comes twice is found without remembering any.
 */
export function isAfterInTree(path: string, previous: string): boolean {
  const shared = Math.min(path.length, previous.length)
  let at = 0
  while (at < shared && path.charCodeAt(at) === previous.charCodeAt(at)) at += 1
  return rankAt(path, at) > rankAt(previous, at)
}

const slash = 0x2f

/** A name that ends comes first, then what lies beneath it, then longer names; the order of UTF-8 is that of code points. */
function rankAt(path: string, at: number): number {
  if (at >= path.length) return -2
  const unit = path.charCodeAt(at)
  if (unit === slash) return -1
  return rank(unit)
}

/** The code units of surrogates lie below some that stand for smaller code points. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}
