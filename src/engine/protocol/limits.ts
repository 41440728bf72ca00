/**
 * Every bound of the peer protocol (docs/protocol.md, Limits). They are checked before anything is allocated, so a
 * hostile peer costs at most two frames of the largest size for each lane.
 */
export const protocolVersion = 2

/** Frame header: length of the rest (u32) and type (u8). */
export const frameHeaderBytes = 5

export const maxHandshakeFrameBytes = 1024
export const maxControlFrameBytes = 1024 * 1024

/** Files up to this size travel packed, many to a frame. */
export const smallFileBytes = 128 * 1024
export const maxPackFrameBytes = 2 * 1024 * 1024
export const maxFilesInPack = 4096

export const digestBytes = 16
/** Block header: file (u32), attempt (u8), offset (u64), digest. */
export const blockHeaderBytes = 4 + 1 + 8 + digestBytes
/** What a pack says of each file, behind all contents: file (u32), attempt (u8), length (u32). */
export const packEntryBytes = 4 + 1 + 4
/** The end of a pack: number of files (u16), digest of all before it. */
export const packTrailerBytes = 2 + digestBytes
/** Blocks of zeros: file (u32), attempt (u8), first block (u32), count (u32). */
export const zerosBytes = 4 + 1 + 4 + 4

/** Blocks of zeros that one frame names. */
export const maxZeroBlocks = 1024

const mebibyte = 1024 * 1024
export const maxBlockBytes = 8 * mebibyte

/**
 * Block size of a file, the same on both sides: it rises with the file, so that the table of digests of the largest
 * file stays under 16 MiB. 2 MiB cost a fifteenth less processor than 1 MiB; larger ones gain nothing, and more of them
 * is lost with a lane.
 */
export function blockSizeFor(sizeBytes: number): number {
  if (sizeBytes <= 8 * mebibyte) return mebibyte
  if (sizeBytes <= 1024 * 1024 * mebibyte) return 2 * mebibyte
  return sizeBytes <= 2 * 1024 * 1024 * mebibyte ? 4 * mebibyte : maxBlockBytes
}

/** Block size of a file that is compared with an older version: small, since a whole block is sent for each byte changed. */
export function fineBlockSizeFor(sizeBytes: number): number {
  let blockSizeBytes = 128 * 1024
  while (blockSizeBytes < blockSizeFor(sizeBytes) && sizeBytes > blockSizeBytes * maxFineBlocks) blockSizeBytes *= 2
  return blockSizeBytes
}

/** Below this, telling of an older version and waiting for the answer costs more than it saves. */
export const minReusedBytes = 1024 * 1024
export const minBlockBytes = 64 * 1024
const maxFineBlocks = 262_144
/** So that no table of digests is larger than 16 MiB. */
export const maxBlocksInFile = 1_048_576

export const maxFileSizeBytes = 8 * 1024 * 1024 * mebibyte
export const maxItems = 100_000
/** UTF-16 units of the ids of all items together: they are remembered to the end of the list. */
export const maxItemIdUnits = 32 * mebibyte
export const maxEntriesInBatch = 1024
/** UTF-16 units of names and folder paths after which a batch is sent, so that its frame keeps within its bound. */
export const fullBatchLength = 48 * 1024
/** Users or groups told in one batch. */
export const maxPrincipals = 1024
export const maxPrincipalNameLength = 256
export const maxLinkTargetBytes = 4096
export const maxPathBytes = 16 * 1024
export const maxPathDepth = 512
export const maxTextBytes = 4 * 1024
export const maxErrorBytes = 24 * 1024
/** Listed entries that the receiver has not finished yet; the sender stops scanning at this number. */
export const maxOpenEntries = 32_768
/** Batches of the list that the receiver has not answered yet. */
export const maxOpenBatches = 256
/** Bytes of the batches with entries that are not finished, as their frames count them. */
export const maxOpenListBytes = 32 * mebibyte
/** Large files that have begun and are not placed yet; far more than honest lanes can hold in flight. */
export const maxOpenFiles = 4096
/** Ranges in one message of results. */
export const maxResultRanges = 1024
/** Digests of held blocks in one message. */
export const maxHeldDigests = 4096
/** Held blocks of one file that are described and not compared yet. */
export const maxBlocksDescribedAhead = 8192
/** Files of which held blocks are described and that are neither compared nor settled; a receiver begins half as many. */
export const maxDescribedFiles = 128
export const maxLanes = 16
/** After so much content a lane ends in order, to be opened anew: Node cannot change the keys of a connection. */
export const maxLaneBytes = 64 * 1024 ** 3
/** A source that changes while it is read is sent once more. */
export const maxAttempts = 2
