import type { Duplex } from 'node:stream'
import type { Logger } from '../platform/logger.ts'
import type { Bottleneck } from '../shared/domain/bottleneck.ts'
import type { ErrorEnvelope } from '../shared/domain/errors.ts'
import type { TaskResult, TransferPhase } from '../shared/domain/job.ts'
import type { NamePolicy } from './protocol/name-traits.ts'

/** This host's identity: a P-256 key and its own certificate. */
export interface HostIdentity {
  readonly privateKeyPem: string
  readonly certificatePem: string
  /** SHA-256 of the public key (SPKI, DER), lower-case hexadecimal: what peers pin. */
  readonly keyHash: string
}

/** A way to reach the peer; both sides get theirs, the first that opens and proves itself wins. */
export type Route = DirectRoute | RelayRoute

interface RouteBase {
  /** For logs: `127.0.0.1:49152`, `relay by studio.example.com`. */
  readonly label: string
  /** Milliseconds to wait before this route is tried, so that better ones win. */
  readonly delayMs?: number
}

/** The peer's own listener; who dials it is the TLS client. */
export interface DirectRoute extends RouteBase {
  readonly kind: 'direct'
  readonly address: { readonly host: string; readonly port: number }
}

/** Both sides open a stream towards the middle. */
export interface RelayRoute extends RouteBase {
  readonly kind: 'relay'
  /** Opens one byte stream for one lane, or fails with PEER_UNREACHABLE. */
  open(signal: AbortSignal): Promise<Duplex>
  /** Who of the two speaks TLS as the client has to be said. */
  readonly tlsRole: 'client' | 'server'
}

/** One task on the sending side. */
export interface SendItem {
  /** The task's uri. */
  readonly itemId: string
  /** Absolute path of a folder out of which no link is followed. */
  readonly root: string
  /** `/`-separated, relative to the root; empty: the root itself. */
  readonly path: string
  /** Some files of the folder at `path` in place of the folder; absent: the item is what lies at `path`. */
  readonly members?: MemberSelection
  /** Names to leave out, tested against the base name and the path relative to the item; absent: all are sent. */
  readonly includes?: EntryFilter
  /** A name that an earlier transfer has called otherwise is sent as what it was; absent: every name as it is. */
  readonly restoresNames?: boolean
  /** Absent: `skip`. */
  readonly links?: LinkRule
  /** What of a file is told to the receiver besides its size and time; absent: its permissions. */
  readonly attributes?: KeptAttributes
}

/** `relativePath` is relative to the item. */
export type EntryFilter = (relativePath: string, isFolder: boolean) => boolean

/**
 * What becomes of links. `skip`: left out and told. `keep`: sent as links where they stay inside the item, else told;
 * `keep-all`: wherever they lead. `copy`: what they lead to, where it lies inside the source's root, else told. At the
 * receiver no link is ever followed, and only a link is replaced by a link.
 */
export type LinkRule = 'skip' | 'keep' | 'keep-all' | 'copy'

/** What is kept of a file besides its content and its time, between systems that know it. Never set-id or sticky bits. */
export interface KeptAttributes {
  readonly permissions: boolean
  readonly owner: boolean
  readonly group: boolean
}

/** Files that lie beside each other and are sent without their folder, such as a numbered sequence. */
export interface MemberSelection {
  /** How they are called together. */
  readonly name: string
  has(fileName: string): boolean
}

/** One task on the receiving side. */
export interface ReceiveItem {
  readonly itemId: string
  /** Absolute path of an existing folder; nothing is written outside of it and no link below it is followed. */
  readonly root: string
  /** `/`-separated, relative to the root; missing folders are made. */
  readonly path: string
  /**
   * `into`: the source's own name lands beneath `path`. `as`: the item is named `path`; a file that meets a folder there
   * lands beneath it, a folder that meets a file fails with FOLDER_OVER_FILE (job specification, notes). Members of a
   * folder land beneath `path` either way; a `path` that ends on the very name of the selection means its folder.
   */
  readonly placement: 'into' | 'as'
  /** Absent: the request's. */
  readonly onConflict?: ConflictRule
  /** What makes a file that stands there the same, so that it is left as it is; absent: both. */
  readonly compareBy?: ComparisonRule
  /** In place of size and time the content counts, where files are replaced: of what is there only other blocks are sent. */
  readonly comparesContent?: boolean
  /** What becomes of names that the file system at `path` cannot hold; absent: `map`. */
  readonly names?: NamePolicy
  /** A folder that is there before the item first begins is left as it is, with all below it. */
  readonly leavesFolders?: boolean
  /** Absent: new files get the source's permissions as far as the mask of this process lets them. */
  readonly attributes?: KeptAttributes
  /** Absent: `skip`. */
  readonly links?: LinkRule
  /** Files of fewer bytes begin anew, as do all where it is infinite; absent: every file goes on where it broke off. */
  readonly resumesFromBytes?: number
  /** Read again from the disk and compared before it is placed. */
  readonly verify?: 'readback'
  /** Absent: what lies at the destination and is not in the source stays. */
  readonly sync?: SyncRule
}

/** One-way: what lies below the item's own folder and is not in the source is removed once all of the source is in place. */
export interface SyncRule {
  /** What it says no to is left alone: the sender's filter of the same item. */
  readonly includes?: EntryFilter
  /** Removes nothing where the source is empty, or where more than half of what is there, and more than ten, would go. */
  readonly isGuarded: boolean
}

export type ConflictRule = 'replace' | 'skip' | 'rename'
export type ComparisonRule = 'size+modified' | 'size' | 'modified'

interface TransferBase {
  /** The dispatch: unique, fences everything. */
  readonly transferId: string
  readonly epoch: number
  /** Opens one session, once. 32 random bytes, base64url. */
  readonly ticket: string
  readonly peerKeyHash: string
  readonly routes: readonly Route[]
  /** True when the peer may come in through this engine's own listener. */
  readonly acceptsIncoming: boolean
  /** At most so many data lanes; absent: as many as help. */
  readonly laneCount?: number
  /** Transfers of one group, such as a workspace's, have a limit together besides the engine's (`setGroupLimit`). */
  readonly limitGroup?: string
  /** Absent: the TLS library's choice. A library that has no such choice keeps its own, which is told in the log. */
  readonly cipher?: CipherRule
}

export type CipherRule = 'aes128' | 'aes256'

export interface SendRequest extends TransferBase {
  readonly role: 'send'
  readonly items: readonly SendItem[]
}

export interface ReceiveRequest extends TransferBase {
  readonly role: 'receive'
  /** Stable over dispatches of the same job (`<workspace id>/<job id>`): the journal and partials resume by it. */
  readonly resumeKey: string
  readonly items: readonly ReceiveItem[]
  readonly onConflict: ConflictRule
  /** Bytes that stay free on the destination's disk; absent: none. */
  readonly reservedBytes?: number
  /** Permission bits that new files and folders do not get; absent: this process's own. */
  readonly umask?: number
  /** What is told file by file besides failures, the first hundred of each; absent: nothing. */
  readonly tells?: ReadonlySet<NoteKind>
  /** Everything is compared and told (`ItemOutcome.plan`), and not a byte is written. */
  readonly isDryRun?: boolean
}

/** `same`: in place already. `left`: another one is there and stays, by the rule of the item. */
export type NoteKind = 'placed' | 'replaced' | 'removed' | 'same' | 'left' | 'owner' | 'group' | 'permissions'

export interface ItemNote {
  readonly kind: NoteKind
  /** Relative to the item. */
  readonly path: string
}

/** What a run would do, in files; links and removed folders count as well. */
export interface ItemPlan {
  readonly create: number
  readonly replace: number
  readonly remove: number
  readonly same: number
  /** Content of what would be created and replaced. */
  readonly bytes: number
}

export type TransferRequest = SendRequest | ReceiveRequest

/** Figures of one transfer; both sides have them, the receiver's are the truth. */
export interface TransferProgress {
  readonly phase: TransferPhase
  readonly filesScanned: number
  readonly filesCompared: number
  readonly filesTotal: number
  readonly filesDone: number
  readonly filesAlreadyThere: number
  readonly bytesVerified: number
  readonly bytesTotal: number
  /** File content that crossed the wire in this transfer, so that bytes sent again can be counted. */
  readonly bytesReceived: number
  /** The scan has ended: totals are final. */
  readonly isScanComplete: boolean
  readonly items: readonly { readonly itemId: string; readonly bytesVerified: number; readonly bytesTotal: number }[]
  readonly lanes: number
  readonly route?: 'direct' | 'relay'
  /** What holds it up, as it was measured over the last seconds on both sides; absent where nothing stands out. */
  readonly bottleneck?: Bottleneck
  /** Where that is a limit: how much it lets pass, bytes a second. */
  readonly limitBytesPerSecond?: number
}

export interface ItemOutcome {
  readonly itemId: string
  readonly status: 'done' | 'failed'
  readonly result: TaskResult
  readonly kind: 'file' | 'folder'
  readonly error?: ErrorEnvelope
  /** Receiving side: where it lies now, absolute. */
  readonly pathAbsFinal?: string
  /** Up to 100 files that failed, with why. */
  readonly failures?: readonly { readonly path: string; readonly error: ErrorEnvelope }[]
  /** Receiving side: what `tells` asks for. */
  readonly notes?: readonly ItemNote[]
  /** Receiving side: what was removed at the destination (`sync`). */
  readonly removed?: number
  /** Receiving side, of a dry run. */
  readonly plan?: ItemPlan
}

export interface TransferOutcome {
  /** `failed`: some items failed; the rest is in place. `ended`: stopped as a whole, with `error`. */
  readonly status: 'done' | 'failed' | 'ended'
  readonly error?: ErrorEnvelope
  readonly items: readonly ItemOutcome[]
  readonly progress: TransferProgress
}

/** Names of an item that its destination cannot hold as they are, all of them found before anything of it is asked for. */
export interface FoundNames {
  readonly itemId: string
  /** So many are called otherwise. */
  readonly mapped: number
  /** So many are not sent: under the policy `refuse` nothing of the item is. */
  readonly refused: number
  /** Up to 100 of each: NAME_MAPPED says what each is called there, NAME_NOT_ALLOWED and NAME_COLLISION that it fails. */
  readonly names: readonly { readonly path: string; readonly error: ErrorEnvelope }[]
}

export interface TransferEvents {
  /** At most ten times a second. */
  onProgress?(progress: TransferProgress): void
  /** Receiving side: an item is verified, durable and in place, or has failed. Sending side: the receiver says so. */
  onItem?(outcome: ItemOutcome): void
  /** Receiving side, before content of the item is asked for. */
  onNames?(found: FoundNames): void
}

export interface Transfer {
  readonly transferId: string
  /** Settles once everything is closed, never rejects. After an abort: `ended` without an error. */
  readonly outcome: Promise<TransferOutcome>
  progress(): TransferProgress
  /** Stops in flight, journals, keeps partials. */
  stop(): void
  /** Of this transfer alone, within the engine's own: bytes a second; undefined: no limit. Takes effect in flight. */
  setLimit(bytesPerSecond: number | undefined): void
}

export interface EngineOptions {
  readonly identity: HostIdentity
  /** Where journals live. */
  readonly stateFolder: string
  readonly logger: Logger
  /** Absent: this engine does not listen. */
  readonly listen?: { readonly host: string; readonly port: number }
  /** How long a transfer tries to meet its peer before it ends with PEER_UNREACHABLE; 30 s when absent. */
  readonly connectTimeoutMs?: number
  /** Silence on a lane after which it counts as lost (STALLED); 60 s when absent. */
  readonly stallAfterMs?: number
}

export interface ScanSummary {
  readonly kind: 'file' | 'folder'
  readonly files: number
  readonly folders: number
  readonly bytes: number
  /** The first entries in the order they would be sent, for the receiver to look at. */
  readonly preview: readonly PreviewEntry[]
  readonly isPreviewComplete: boolean
}

export interface PreviewEntry {
  /** Relative to the item's own parent, so the item's own name leads. */
  readonly path: string
  readonly kind: 'file' | 'folder'
  readonly sizeBytes: number
  readonly mtimeMs: number
}

export interface Engine extends AsyncDisposable {
  /** Where peers may dial, when listening. */
  readonly listening: { readonly host: string; readonly port: number } | undefined
  start(request: TransferRequest, events?: TransferEvents): Transfer
  /** Measures one item without sending it. Fails with SOURCE_NOT_FOUND, SOURCE_UNREADABLE, LINK_IN_PATH, PATH_ESCAPES_ROOT. */
  scan(item: Omit<SendItem, 'itemId'>, previewLimit: number, signal: AbortSignal): Promise<ScanSummary>
  /** Bytes a second, both directions together; undefined: no limit. Takes effect in flight. */
  setLimit(bytesPerSecond: number | undefined): void
  /** Likewise of all transfers of a group, within the engine's own. */
  setGroupLimit(group: string, bytesPerSecond: number | undefined): void
  /** Forgets journal and partials of an aborted job. What is on a drive that is away stays in the journal, for a later call. */
  forget(resumeKey: string): Promise<void>
  /** Of all that was received in part, or could not be tidied up. */
  resumeKeys(): readonly string[]
}
