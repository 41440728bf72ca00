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
  readonly sizeBytes: number
  /** With fractions. */
  readonly mtimeMs: number
  readonly mode: number
  readonly attempt: number
  /** Opened with its first block, or at once when a partial is there to go on from. */
  large?: LargeFile
  /** Said before its first block came: the control lane may be ahead. */
  endDigest?: Uint8Array
  /** Its commit is under way: nothing more may come. */
  isCommitting?: boolean
}
