import { entryKind, Listing } from '../../src/engine/protocol/listing.ts'
import type { ReceiverMessage, SenderMessage } from '../../src/engine/protocol/messages.ts'

const digest = new Uint8Array(16)
const problem = { code: 'SOURCE_UNREADABLE', params: { path: 'x', count: 5 } } as const

/** A folder with some files, a folder in it and a link. */
export function sampleListing(hasOwners = false): Listing {
  const listing = new Listing()
  listing.add('', '', entryKind.folder, 0, 1000, 0o755)
  listing.add('', 'a', entryKind.file, 5, 1000.5, 0o644)
  listing.add('', 'b', entryKind.file, 3 * 1024 * 1024, -1, 0o600)
  listing.add('', 'c', entryKind.folder, 0, 0, 0o755)
  listing.add('c', 'd\u00e9', entryKind.file, 0, 0, 0o644)
  listing.linkTargets.set(5, '../b')
  listing.add('c', 'e', entryKind.link, 0, 0, 0o777)
  const owners = [{ id: 1000, name: 'lisa' }]
  const all = [0, 0, 0, 0, 0, 0]
  if (hasOwners) listing.ownership = { users: owners, groups: owners, userOf: all, groupOf: all }
  return listing
}

/** One of each, in the order of a short session of which every file is wanted. */
export const senderMessages: readonly SenderMessage[] = [
  { type: 'itemBegin', item: 0, itemId: '0', kind: 'folder', name: 'source', longestName: 255 },
  { type: 'namesSurveyed', item: 0, mapped: 1, refused: 0, names: [{ path: 'a', error: problem }] },
  { type: 'listBatch', batch: 0, item: 0, firstEntry: 0, listing: sampleListing() },
  { type: 'itemProblem', item: 0, path: 'z', error: { code: 'SPECIAL_FILE' } },
  { type: 'itemEnd', item: 0, itemId: '0' },
  { type: 'itemBegin', item: 1, itemId: '1', kind: 'file', name: 'one' },
  { type: 'itemEnd', item: 1, itemId: '1', error: problem },
  { type: 'listEnd' },
  { type: 'lanes', count: 4 },
  { type: 'laneLost', lane: 1, attempt: 0 },
  { type: 'blocksCompared', entry: 2, attempt: 0, blocks: 1, sameBytes: 10 },
  { type: 'fileRelist', entry: 2, attempt: 1, sizeBytes: 2 * 1024 * 1024, mtimeMs: 5, mode: 0o644 },
  { type: 'fileEnd', entry: 2, attempt: 1, digest, blocks: 2 },
  { type: 'fileFailed', entry: 1, attempt: 0, error: problem },
  { type: 'flow', shares: { cpu: 0, disk: 1, limit: 0, line: 0 }, limitBytesPerSecond: 1000 },
  { type: 'stop', error: problem },
  { type: 'goodbye' },
  { type: 'listBatch', batch: 1, item: 1, firstEntry: 6, listing: sampleListing(true) },
]

/** One of each, in the order of an answer to a list of which entries 1 and 2 are wanted. */
export const receiverMessages: readonly ReceiverMessage[] = [
  {
    ...{ type: 'nameSurvey', item: 0, policy: 'map' },
    traits: {
      rules: 'windows',
      foldsCase: true,
      foldsUnicode: false,
      unit: 'utf16',
      longestName: 255,
      longestPath: 260,
    },
  },
  {
    ...{ type: 'wantBatch', batch: 0, wanted: Uint8Array.of(0b10110) },
    held: [{ index: 2, bytes: 1024 * 1024, blockSizeBytes: 128 * 1024 }],
  },
  { type: 'heldDigests', entry: 2, attempt: 0, firstBlock: 0, digests: new Uint8Array(16 * 3) },
  { type: 'heldDigests', entry: 2, attempt: 0, firstBlock: 3, digests: new Uint8Array(0) },
  { type: 'laneAck', lane: 1, attempt: 0, frames: 3, isClosed: false },
  { type: 'wantAgain', entry: 2, attempt: 1 },
  {
    type: 'fileResults',
    ranges: [
      { firstEntry: 1, count: 2, isDone: true },
      { firstEntry: 4, count: 1, isDone: false },
    ],
  },
  {
    ...{ type: 'progress', phase: 'transferring', filesCompared: 1, filesDone: 2, filesAlreadyThere: 3 },
    ...{ bytesVerified: 4, bytesReceived: 5, items: [{ item: 0, bytesVerified: 4 }] },
  },
  {
    ...{ type: 'itemResult', item: 0, isDone: false, filesDone: 1, filesAlreadyThere: 0, filesReplaced: 0 },
    ...{ filesFailed: 1, bytesVerified: 5, error: problem, failures: [{ path: 'a', error: problem }] },
  },
  { type: 'flow', shares: { cpu: 0, disk: 0, limit: 1, line: 0 } },
  { type: 'stop' },
  { type: 'finished' },
  { type: 'wantBatch', batch: 1, wanted: 'all', held: [] },
  { type: 'wantBatch', batch: 2, wanted: 'nothing', held: [] },
]
