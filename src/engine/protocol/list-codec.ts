import { TernError } from '../../shared/domain/errors.ts'
import {
  maxBlockBytes,
  maxEntriesInBatch,
  maxFileSizeBytes,
  maxLinkTargetBytes,
  maxOpenEntries,
  maxPathBytes,
  maxPrincipalNameLength,
  maxPrincipals,
  maxResultRanges,
  minBlockBytes,
} from './limits.ts'
import { entryKind, Listing, type Ownership, type Principal } from './listing.ts'
import type { FileResults, HeldFile, ListBatch, ResultRange, WantBatch } from './messages.ts'
import type { WireReader, WireWriter } from './wire.ts'
import { readTime, writeTime } from './wire-time.ts'

const ownershipFlag = 1
const entryRecordBytes = 1 + 2 + 8 + 8 + 4
const wantForms = { nothing: 0, all: 1, some: 2 } as const

function malformed(what: string): TernError {
  return new TernError('PROTOCOL_ERROR', { what })
}

export function writeListBatch(out: WireWriter, { batch, item, firstEntry, listing }: ListBatch): WireWriter {
  const { runs, names, kinds, sizes, mtimesMs, modes, ownership } = listing
  out.u32(batch).u32(item).u32(firstEntry)
  out
    .u8(ownership ? ownershipFlag : 0)
    .u32(runs.length)
    .u32(names.length)
  out.texts(runs.map((run) => run.folder))
  for (const run of runs) out.u32(run.end - run.start)
  out.texts(names)
  for (let index = 0; index < names.length; index += 1) {
    out.u8(kinds[index] as number)
    out.u16(modes[index] as number)
    out.u64(sizes[index] as number)
    writeTime(out, mtimesMs[index] as number)
  }
  for (const target of listing.linkTargets.values()) out.text(target)
  if (ownership) writeOwnership(out, ownership)
  return out
}

/** Fails with PROTOCOL_ERROR. Whether the entries may come in this order is for the list to say. */
export function readListBatch(from: WireReader): ListBatch {
  const batch = from.u32()
  const item = from.u32()
  const firstEntry = from.u32()
  const flags = from.u8()
  const runCount = from.count(maxEntriesInBatch, 4)
  const count = from.count(maxEntriesInBatch, entryRecordBytes)
  const listing = new Listing()
  readRuns(from, listing, runCount, count)
  for (const name of from.texts(count, maxPathBytes)) {
    if (name.includes('/')) throw malformed('name')
    listing.names.push(name)
  }
  readRecords(from, listing)
  if ((flags & ownershipFlag) !== 0) listing.ownership = readOwnership(from, count)
  return { type: 'listBatch', batch, item, firstEntry, listing }
}

function readRuns(from: WireReader, listing: Listing, runCount: number, count: number): void {
  let start = 0
  for (const folder of from.texts(runCount, maxPathBytes)) {
    const end = start + from.u32()
    if (end === start || end > count) throw malformed('length of a run')
    listing.runs.push({ folder, start, end })
    start = end
  }
  if (start !== count) throw malformed('entries outside of runs')
}

function readRecords(from: WireReader, listing: Listing): void {
  const { names, kinds, sizes, mtimesMs, modes, linkTargets } = listing
  const links: number[] = []
  // At once as long as they are to be: columns that grow are copied again and again.
  for (const column of [kinds, modes, sizes, mtimesMs]) column.length = names.length
  for (let index = 0; index < names.length; index += 1) {
    const kind = from.u8()
    if (kind > entryKind.link) throw malformed('unknown kind')
    if (kind === entryKind.link) links.push(index)
    kinds[index] = kind
    modes[index] = from.u16() & 0o777
    const sizeBytes = from.u64()
    if (sizeBytes > maxFileSizeBytes) throw malformed('file too large')
    sizes[index] = sizeBytes
    mtimesMs[index] = readTime(from)
  }
  for (const index of links) linkTargets.set(index, from.text(maxLinkTargetBytes))
}

function writeOwnership(out: WireWriter, { users, groups, userOf, groupOf }: Ownership): void {
  for (const principals of [users, groups]) {
    out.u32(principals.length)
    for (const { id, name } of principals) out.u32(id).text(name)
  }
  for (const user of userOf) out.u16(user)
  for (const group of groupOf) out.u16(group)
}

function readOwnership(from: WireReader, count: number): Ownership {
  const users = readPrincipals(from)
  const groups = readPrincipals(from)
  return { users, groups, userOf: readPlaces(from, count, users), groupOf: readPlaces(from, count, groups) }
}

function readPrincipals(from: WireReader): Principal[] {
  const principals: Principal[] = []
  const count = from.count(maxPrincipals, 4 + 2)
  for (let index = 0; index < count; index += 1) {
    principals.push({ id: from.u32(), name: from.text(maxPrincipalNameLength) })
  }
  return principals
}

function readPlaces(from: WireReader, count: number, principals: readonly Principal[]): number[] {
  const places: number[] = []
  for (let index = 0; index < count; index += 1) {
    const place = from.u16()
    if (place >= principals.length) throw malformed('unknown owner')
    places.push(place)
  }
  return places
}

export function writeWantBatch(out: WireWriter, { batch, wanted, held }: WantBatch): WireWriter {
  out.u32(batch)
  if (typeof wanted === 'string') out.u8(wantForms[wanted])
  else out.u8(wantForms.some).u32(wanted.length).bytes(wanted)
  out.u32(held.length)
  for (const { index, bytes, blockSizeBytes } of held) out.u32(index).u64(bytes).u8(Math.log2(blockSizeBytes))
  return out
}

export function readWantBatch(from: WireReader): WantBatch {
  const batch = from.u32()
  const wanted = readWanted(from)
  const count = from.count(maxEntriesInBatch, 4 + 8 + 1)
  const held: HeldFile[] = []
  for (let at = 0; at < count; at += 1) {
    held.push({ index: from.u32(), bytes: from.u64(), blockSizeBytes: readBlockSize(from) })
  }
  return { type: 'wantBatch', batch, wanted, held }
}

function readBlockSize(from: WireReader): number {
  const blockSizeBytes = 2 ** Math.min(from.u8(), 32)
  if (blockSizeBytes < minBlockBytes || blockSizeBytes > maxBlockBytes) throw malformed('block size')
  return blockSizeBytes
}

function readWanted(from: WireReader): WantBatch['wanted'] {
  const form = from.u8()
  if (form === wantForms.nothing) return 'nothing'
  if (form === wantForms.all) return 'all'
  if (form !== wantForms.some) throw malformed('unknown answer')
  return Uint8Array.from(from.view(from.count(Math.ceil(maxEntriesInBatch / 8), 1)))
}

export function writeFileResults(out: WireWriter, { ranges }: FileResults): WireWriter {
  out.u32(ranges.length)
  for (const { firstEntry, count, isDone } of ranges)
    out
      .u32(firstEntry)
      .u32(count)
      .u8(isDone ? 1 : 0)
  return out
}

export function readFileResults(from: WireReader): FileResults {
  const rangeCount = from.count(maxResultRanges, 4 + 4 + 1)
  const ranges: ResultRange[] = []
  for (let at = 0; at < rangeCount; at += 1) {
    const firstEntry = from.u32()
    const count = from.u32()
    if (count === 0 || count > maxOpenEntries) throw malformed('range of results')
    ranges.push({ firstEntry, count, isDone: from.u8() === 1 })
  }
  return { type: 'fileResults', ranges }
}
