import type { ErrorEnvelope } from '../../shared/domain/errors.ts'
import type { TransferPhase } from '../../shared/domain/job.ts'
import type { Flow } from './flow-message.ts'
import type { Listing } from './listing.ts'
import type { NameSurvey, NamesSurveyed } from './name-messages.ts'

/** The numbers of the wire (docs/protocol.md, Frames). Never re-used, only added to. */
export const frameType = {
  hello: 0x01,
  welcome: 0x02,
  refused: 0x03,
  select: 0x04,
  itemBegin: 0x10,
  listBatch: 0x11,
  itemEnd: 0x12,
  itemProblem: 0x13,
  listEnd: 0x14,
  fileEnd: 0x15,
  fileFailed: 0x16,
  fileRelist: 0x17,
  lanes: 0x18,
  laneLost: 0x19,
  blocksCompared: 0x1a,
  namesSurveyed: 0x1b,
  wantBatch: 0x20,
  heldDigests: 0x21,
  wantAgain: 0x22,
  fileResults: 0x23,
  itemResult: 0x24,
  progress: 0x25,
  laneAck: 0x26,
  nameSurvey: 0x27,
  stop: 0x30,
  finished: 0x31,
  goodbye: 0x32,
  block: 0x40,
  pack: 0x41,
  zeros: 0x42,
  ping: 0x80,
  flow: 0x81,
} as const

export type TransferRole = 'send' | 'receive'

/** First frame of each connection, from its TLS client. */
export interface Hello {
  readonly type: 'hello'
  readonly version: number
  readonly transferId: string
  readonly epoch: number
  readonly role: TransferRole
  /** 0 is the control lane. */
  readonly lane: number
  /** Rises each time a lane is opened anew. */
  readonly attempt: number
  readonly proof: Uint8Array
}

export interface Welcome {
  readonly type: 'welcome'
  readonly version: number
  readonly proof: Uint8Array
}

export interface Refused {
  readonly type: 'refused'
  readonly error: ErrorEnvelope
}

/** The sender's choice of one control lane among those that proved themselves; spends the ticket. */
export interface Select {
  readonly type: 'select'
  readonly laneCount: number
}

export type HandshakeMessage = Hello | Welcome | Refused | Select

export type ItemKind = 'file' | 'folder' | 'members'

export interface ItemBegin {
  readonly type: 'itemBegin'
  readonly item: number
  readonly itemId: string
  /** `members`: some files of a folder, whose entry leads the list and gives nothing but the folder's place. */
  readonly kind: ItemKind
  /** The source's own name. */
  readonly name: string
  /** Bytes of the longest name that the source's file system can hold, where that is more than 255. */
  readonly longestName?: number
}

/** Entries are numbered over the whole session in the order in which they are listed. */
export interface ListBatch {
  readonly type: 'listBatch'
  readonly batch: number
  readonly item: number
  readonly firstEntry: number
  readonly listing: Listing
}

export interface ItemEnd {
  readonly type: 'itemEnd'
  readonly item: number
  /** The item as a whole cannot be read. Then there may have been no itemBegin. */
  readonly itemId: string
  readonly error?: ErrorEnvelope
}

export interface ItemProblem {
  readonly type: 'itemProblem'
  readonly item: number
  readonly path: string
  readonly error: ErrorEnvelope
}

export interface ListEnd {
  readonly type: 'listEnd'
}

export interface FileEnd {
  readonly type: 'fileEnd'
  readonly entry: number
  readonly attempt: number
  readonly digest: Uint8Array
  /** Sent of it, each counted once, however often lanes were lost. */
  readonly blocks: number
}

/** So many of the held blocks are compared; so many of their bytes are the same and will not be sent. */
export interface BlocksCompared {
  readonly type: 'blocksCompared'
  readonly entry: number
  readonly attempt: number
  readonly blocks: number
  readonly sameBytes: number
}

export interface FileFailed {
  readonly type: 'fileFailed'
  readonly entry: number
  readonly attempt: number
  readonly error: ErrorEnvelope
}

/** The source has changed: what was sent of this file is void, here are its new figures. */
export interface FileRelist {
  readonly type: 'fileRelist'
  readonly entry: number
  readonly attempt: number
  readonly sizeBytes: number
  readonly mtimeMs: number
  readonly mode: number
}

export type SenderMessage =
  | ItemBegin
  | ListBatch
  | ItemEnd
  | ItemProblem
  | ListEnd
  | FileEnd
  | FileFailed
  | FileRelist
  | WantedLanes
  | LaneLost
  | BlocksCompared
  | NamesSurveyed
  | Stop
  | Goodbye
  | Flow

/** What is wanted of a batch. Entries that no content is wanted of are there already, no files, or refused. */
export interface WantBatch {
  readonly type: 'wantBatch'
  readonly batch: number
  /** Bits: those whose bit is set, the lowest bit of the first byte being the batch's first entry. */
  readonly wanted: 'nothing' | 'all' | Uint8Array
  /** Wanted files of which something alike lies here already. In order of their index. */
  readonly held: readonly HeldFile[]
}

export interface HeldFile {
  /** Within the batch. */
  readonly index: number
  /** How much of it lies here, from the start; described by `heldDigests` that follow. */
  readonly bytes: number
  /** A power of two: what its content is cut into. */
  readonly blockSizeBytes: number
}

/** Digests of the next blocks that lie here; those that differ from the source are to be sent. None: no more up to the end, or to where it began. */
export interface HeldDigests {
  readonly type: 'heldDigests'
  readonly entry: number
  readonly attempt: number
  readonly firstBlock: number
  readonly digests: Uint8Array
}

export interface WantAgain {
  readonly type: 'wantAgain'
  readonly entry: number
  readonly attempt: number
}

/** Entries right after one another that ended alike. */
export interface ResultRange {
  readonly firstEntry: number
  readonly count: number
  readonly isDone: boolean
}

export interface FileResults {
  readonly type: 'fileResults'
  readonly ranges: readonly ResultRange[]
}

export interface ItemResult {
  readonly type: 'itemResult'
  readonly item: number
  readonly isDone: boolean
  readonly filesDone: number
  readonly filesAlreadyThere: number
  readonly filesReplaced: number
  readonly filesFailed: number
  readonly bytesVerified: number
  readonly error?: ErrorEnvelope
  readonly failures: readonly { readonly path: string; readonly error: ErrorEnvelope }[]
}

export interface ProgressReport {
  readonly type: 'progress'
  readonly phase: TransferPhase
  readonly filesCompared: number
  readonly filesDone: number
  readonly filesAlreadyThere: number
  readonly bytesVerified: number
  readonly bytesReceived: number
  /** Only items that moved since the last report. */
  readonly items: readonly { readonly item: number; readonly bytesVerified: number }[]
}

/** From now on so many data lanes: the side that dials opens what is missing. */
export interface WantedLanes {
  readonly type: 'lanes'
  /** 1 to 16. */
  readonly count: number
}

/** The sender holds a lane for gone and has to know what was taken of it: answered by its last laneAck. */
export interface LaneLost {
  readonly type: 'laneLost'
  readonly lane: number
  readonly attempt: number
}

/**
 * How many data frames of a lane have been taken. The last one says that the lane is gone, so that the sender knows what
 * to send again on another; of a lane that the receiver never had it says that nothing was taken.
 */
export interface LaneAck {
  readonly type: 'laneAck'
  readonly lane: number
  readonly attempt: number
  readonly frames: number
  readonly isClosed: boolean
}

export type ReceiverMessage =
  | WantBatch
  | HeldDigests
  | WantAgain
  | FileResults
  | ItemResult
  | ProgressReport
  | LaneAck
  | NameSurvey
  | Stop
  | Finished
  | Flow

/** Ends the session from either side: with an error, or because its owner stopped it. */
export interface Stop {
  readonly type: 'stop'
  readonly error?: ErrorEnvelope
}

/** The receiver has settled every item. */
export interface Finished {
  readonly type: 'finished'
}

/** The sender has heard it. */
export interface Goodbye {
  readonly type: 'goodbye'
}

export type ControlMessage = SenderMessage | ReceiverMessage
