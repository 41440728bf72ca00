import type { FileEnd } from '../../protocol/messages.ts'
import type { WantedAttributes } from '../../storage/attributes/attributes.ts'
import type { LargeFile } from './large-file.ts'
import type { ReceivingItem } from './receiving-item.ts'

/** A listed file whose content is on its way. */
export interface WantedEntry {
  readonly entry: number
  readonly item: ReceivingItem
  /** Relative to the item, for people. */
  readonly sourcePath: string
  /** Relative to the target's root. */
  readonly path: string
  /** What `path` lies in: one text for all files of a folder. */
  readonly folder: string
  /** What it is called in there. */
  readonly name: string
  readonly sizeBytes: number
  /** With fractions. */
  readonly mtimeMs: number
  readonly mode: number
  /** What it is to have besides its time; absent: its mode is decided as ever. */
  readonly attributes?: WantedAttributes
  readonly attempt: number
  /** What lies here of it already and is told to the source, which sends what is not the same; absent: all is wanted. */
  held?: WantedHeld
  /** Opened with its first block, or when what is held of it is described. */
  large?: LargeFile
  /** Said before its first block came: the control lane may be ahead. */
  fileEnd?: FileEnd
  /** Its commit is under way: nothing more may come. */
  isCommitting?: boolean
}

export interface WantedHeld {
  /** From the start of the file. */
  readonly bytes: number
  readonly blockSizeBytes: number
  /** Where telling begins: how far an earlier run had it compared, since what differs lies behind that. */
  readonly startBlock: number
  /** Told from there on so far, before what lies in front of it has its turn. */
  describedFromStart: number
  /** How far it was compared when that was noted last. */
  notedBytes: number
  /** What the source has said of it so far. */
  comparedBlocks: number
  sameBytes: number
}
