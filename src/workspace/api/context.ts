import type { Logger } from '../../platform/logger.ts'
import type { OperationName, OperationOutput } from '../../shared/contract/operations.ts'
import type { Caller } from '../access/caller.ts'
import type { FileRequests } from '../files/file-requests.ts'
import type { FolderListings } from '../files/folder-listings.ts'
import type { ViewScope } from '../jobs/view-scope.ts'
import type { MailPassword } from '../mail/mail-password.ts'
import type { Mailer } from '../mail/mailer.ts'
import type { Scheduler } from '../scheduler/scheduler.ts'
import type { Store } from '../store/store.ts'
import type { Hub } from '../stream/hub.ts'
import type { Presence } from '../stream/presence.ts'
import type { ProgressFanOut } from '../stream/progress.ts'
import type { CheckedInput } from './checked-input.ts'
import type { Memory } from './memory.ts'
import type { RateLimiter } from './rate-limit.ts'

/** The parts of a running server that operations use. */
export interface ServerParts {
  readonly store: Store
  readonly presence: Presence
  readonly hub: Hub
  readonly scheduler: Scheduler
  readonly files: FileRequests
  readonly listings: FolderListings
  readonly progress: Pick<ProgressFanOut, 'figuresOf' | 'offers'>
  readonly logger: Logger
  readonly mail: { readonly password: MailPassword; readonly mailer: Mailer }
  readonly memory: {
    /** Whole answers, as text, by who asks and what for. */
    readonly answers: Memory<string>
    /** Whom a token or a key stands for. */
    readonly callers: Memory<Caller>
  }
  readonly limits: {
    /** Sign-in, joining, looking at invitations, by network. */
    readonly anonymous: RateLimiter
    /** Failed sign-ins, by account and network. */
    readonly failures: RateLimiter
    readonly reminders: RateLimiter
    /** Calls of scripts, by key. */
    readonly calls: RateLimiter
  }
  /** The server's own public key, and where invitations say it is. */
  readonly keyHash: string
  readonly advertisedAddress: () => string
}

/** Before anybody is known. */
export interface AnonymousContext extends ServerParts {
  /** See networkOf: what limits for strangers go by. */
  readonly remoteNetwork: string
  /** Whether the one who asked has hung up: long work for an answer ends then. */
  readonly isCallerGone: () => boolean
}

export interface OperationContext extends AnonymousContext {
  readonly caller: Caller
}

export type AnonymousOperation =
  | 'workspace/hello'
  | 'invitation/inspect'
  | 'session/join'
  | 'session/join-server'
  | 'session/login'
export type CallerOperation = Exclude<OperationName, AnonymousOperation>

export type Answer<Name extends OperationName> = OperationOutput<Name> | Promise<OperationOutput<Name>>

export type AnonymousHandlers = {
  readonly [Name in AnonymousOperation]: (context: AnonymousContext, input: CheckedInput<Name>) => Answer<Name>
}

export type Handlers<Names extends CallerOperation> = {
  readonly [Name in Names]: (context: OperationContext, input: CheckedInput<Name>) => Answer<Name>
}

export function viewScopeOf(context: OperationContext): ViewScope {
  return {
    database: context.store.read((database) => database),
    presence: context.presence,
    viewer: context.caller.user,
  }
}
