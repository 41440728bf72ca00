import type { ErrorEnvelope } from '../../shared/domain/errors.ts'
import type { ConflictRule } from '../api.ts'
import type { WantedAttributes } from './attributes/attributes.ts'

/** What tells one version of a file from another; compared before and after reading and when resuming. */
export interface FileIdentity {
  readonly sizeBytes: number
  /** With fractions: the same file always gives the same number, which is good for about a quarter of a microsecond. */
  readonly mtimeMs: number
  /** Rounded where the file system's numbers are beyond 2^53. */
  readonly inode: number
  readonly device: number
}

export interface ScanEntry {
  /** `/`-separated, relative to the item; empty: the item itself. */
  readonly path: string
  readonly kind: 'file' | 'folder'
  readonly sizeBytes: number
  /** Whole milliseconds, rounded down; negative before 1970. */
  readonly mtimeMs: number
  /** Permission bits only. */
  readonly mode: number
}

/** An entry that cannot be sent: a link, a special file, an unreadable one, a name that is not valid UTF-8. */
export interface ScanProblem {
  readonly path: string
  readonly error: ErrorEnvelope
}

export type TargetEntry =
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'file'
      readonly sizeBytes: number
      readonly mtimeMs: number
      readonly mode: number
    }
  | { readonly kind: 'folder'; readonly mtimeMs: number }
  /** A link or a special file: never followed, never replaced. `error` says which. */
  | { readonly kind: 'other'; readonly error: ErrorEnvelope }

export interface PartialKey {
  /** The name that the journal recorded for this file in an earlier run. */
  readonly knownName?: string
  /** Must record the name in the journal, with no verified blocks, before it returns: the file is made right after. */
  readonly onNewName: (name: string) => void
}

export interface CommitOptions {
  readonly mtimeMs: number
  /** Permission bits of the source; only rwx bits are taken, the process's umask applies. */
  readonly mode?: number
  /** What it is to have whatever stands there and whatever this process's mask says. */
  readonly attributes?: WantedAttributes
  readonly onConflict: ConflictRule
}

export interface CommitResult {
  /** `placed`: nothing was there. `skipped`: something was, and stays; the partial is gone. */
  readonly status: 'placed' | 'replaced' | 'skipped'
  /** Relative to the target's root: differs from what was asked under the rule `rename`. */
  readonly path: string
}

export interface SmallFile {
  /** Relative to the target's root. */
  readonly path: string
  /** What holds its content: all of it, unless it says from where on and how long. */
  readonly bytes: Uint8Array
  readonly start?: number
  readonly length?: number
  readonly mtimeMs: number
  readonly mode?: number
  /** As in `CommitOptions`. */
  readonly attributes?: WantedAttributes
  /** Read again and compared before it is placed. */
  readonly readsBack?: boolean
}

export type SmallFileResult =
  | ({ readonly ok: true } & CommitResult)
  | { readonly ok: false; readonly path: string; readonly error: ErrorEnvelope }
