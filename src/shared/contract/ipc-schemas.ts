import { z } from 'zod'
import type { ErrorEnvelope } from '../domain/errors.ts'
import type { Settings } from '../domain/settings/settings.ts'
import { email, keyHash, name, role, taskId, workspaceId } from './entity-schemas.ts'
import type { CommandName, EventName } from './ipc-names.ts'
import type {
  AppView,
  IncomingDetails,
  InvitationCheck,
  LogRow,
  MeasuredItems,
  PickedItem,
  TaskRow,
  TransferDetails,
  TransferKey,
  TransferRow,
  TransfersDelta,
  TransfersSnapshot,
} from './view.ts'

const nothing = z.object({}).strict()
const token = z.string().min(1).max(100)
const tokens = z.array(token).min(1).max(10_000)
const key = z.custom<TransferKey>(
  (value) => typeof value === 'string' && /^[0-9a-f]{24}\/[0-9a-f]{24}$/.test(value),
  'a transfer key',
)
const keys = z.array(key).min(1).max(10_000)
const password = z.string().min(1).max(1024)
const relativePath = z.string().max(4096)
const page = { offset: z.number().int().nonnegative(), limit: z.number().int().min(1).max(1000) }

/** Where a send goes. The path is relative to the share, or to the person's later choice. */
const sendTarget = z.union([
  z.object({ kind: z.literal('share'), workspaceId, code: z.string().max(254), path: relativePath }).strict(),
  z.object({ kind: z.literal('home'), workspaceId, path: relativePath }).strict(),
  z.object({ kind: z.literal('user'), workspaceId, email: z.string().max(254) }).strict(),
  z.object({ kind: z.literal('invite'), workspaceId, email }).strict(),
])

export type SendTarget = z.infer<typeof sendTarget>

const sendRequest = {
  tokens,
  target: sendTarget,
  name: name.optional(),
  priority: z.number().int().min(1).max(1000).optional(),
  queue: z.string().max(100).optional(),
  onConflict: z.enum(['replace', 'skip', 'rename']).default('replace'),
  exclude: z.string().max(2000).optional(),
  /** Settings of the job, by their technical names; the table of settings says what they may hold. */
  settings: z.record(z.string().max(100), z.string().max(65_536)).optional(),
  startPaused: z.boolean().default(false),
  note: z.string().max(2000).optional(),
  deliverFrom: z.enum(['source', 'workspace']).default('source'),
}

const location = z.object({ token, subPath: relativePath }).strict()

/** Input of each command; unknown fields are refused. Absolute paths never occur: only tokens that main gave out. */
export const commandInputs = {
  'app.view': nothing,
  'app.tryDemo': nothing,
  'app.removeDemo': nothing,
  'app.hostWorkspace': z
    .object({ workspaceName: name, yourName: name, email, password, storageToken: token.optional() })
    .strict(),
  'app.checkInvitation': z.object({ invitation: z.string().max(1000) }).strict(),
  'app.joinWorkspace': z.object({ invitation: z.string().max(1000), name, email, password }).strict(),
  /** With an account that exists, at a server that is known by its key. */
  'app.signInTo': z.object({ address: z.string().min(1).max(300), keyHash, email, password }).strict(),
  'app.signIn': z.object({ workspaceId, password }).strict(),
  'app.signOut': z.object({ workspaceId }).strict(),
  'app.createInvitation': z.object({ workspaceId, email: email.optional(), role: role.optional() }).strict(),
  'app.copyText': z.object({ text: z.string().max(100_000) }).strict(),
  'app.retryKeyring': nothing,
  'app.restartEngine': nothing,
  'preferences.set': z
    .object({
      downloadToken: token.optional(),
      /** null lifts the limit. */
      limitBytesPerSecond: z.number().int().min(1000).nullable().optional(),
      limitTimetable: z.string().max(4096).nullable().optional(),
      startAtLogin: z.boolean().optional(),
      notifications: z.boolean().optional(),
      keepAwake: z.boolean().optional(),
    })
    .strict(),
  'window.minimise': nothing,
  'window.toggleMaximise': nothing,
  'window.close': nothing,
  'pick.items': z.object({ kind: z.enum(['files', 'folders']) }).strict(),
  'pick.folder': z.object({ purpose: z.enum(['download', 'storage', 'delivery']), key: key.optional() }).strict(),
  /** Filled in by the preload script alone, from File objects that the system made. */
  'pick.dropped': z.object({ paths: z.array(z.string().min(1).max(4096)).min(1).max(10_000) }).strict(),
  'transfers.snapshot': nothing,
  'transfers.finished': z.object({ ...page, search: z.string().max(200).optional() }).strict(),
  'transfers.pause': z.object({ keys }).strict(),
  'transfers.resume': z.object({ keys }).strict(),
  'transfers.abort': z.object({ keys }).strict(),
  'transfers.retry': z.object({ keys }).strict(),
  'transfers.setPriority': z.object({ keys, priority: z.number().int().min(1).max(1000) }).strict(),
  'transfers.remind': z.object({ key }).strict(),
  'transfers.details': z.object({ key }).strict(),
  'transfers.tasks': z.object({ key, ...page }).strict(),
  'transfers.log': z.object({ key }).strict(),
  'transfers.showInFolder': z.object({ key }).strict(),
  /** Without a location: the preset. */
  'incoming.details': z.object({ key, location: location.optional() }).strict(),
  'incoming.accept': z
    .object({
      key,
      revision: z.number().int().nonnegative(),
      location,
      exclude: z.array(taskId).max(10_000).default([]),
      remember: z.boolean().default(false),
    })
    .strict(),
  'incoming.decline': z.object({ key, reason: z.string().max(500).optional() }).strict(),
  'consent.decide': z
    .object({
      key,
      decision: z.enum(['once', 'always', 'refuse']),
      reason: z.string().max(500).optional(),
      /** Of the details that are on screen; without it nothing is allowed. */
      asked: z.string().max(100).optional(),
    })
    .strict(),
  'settings.list': z.object({ workspaceId }).strict(),
  /** null: as Tern has it. */
  'settings.set': z
    .object({ workspaceId, name: z.string().max(100), value: z.string().max(65_536).nullable() })
    .strict(),
  'send.measure': z.object({ tokens }).strict(),
  'send.folder': z.object({ workspaceId, code: z.string().max(254), path: relativePath }).strict(),
  'send.specification': z.object(sendRequest).strict(),
  /** With `specification`, that JSON is submitted instead of the one made from the fields. */
  'send.submit': z.object({ ...sendRequest, specification: z.string().max(10_000_000).optional() }).strict(),
} as const satisfies Record<CommandName, z.ZodType>

export interface CommandOutputs {
  'app.view': AppView
  'app.tryDemo': null
  'app.removeDemo': null
  'app.hostWorkspace': { readonly invitation: string }
  'app.checkInvitation': InvitationCheck
  'app.joinWorkspace': null
  'app.signInTo': null
  'app.signIn': null
  'app.signOut': null
  'app.createInvitation': { readonly invitation: string }
  'app.copyText': null
  'app.retryKeyring': null
  'app.restartEngine': null
  'preferences.set': null
  'window.minimise': null
  'window.toggleMaximise': null
  'window.close': null
  'pick.items': readonly PickedItem[]
  'pick.folder': PickedItem | null
  'pick.dropped': readonly PickedItem[]
  'transfers.snapshot': TransfersSnapshot
  'transfers.finished': { readonly rows: readonly TransferRow[]; readonly total: number }
  'transfers.pause': null
  'transfers.resume': null
  'transfers.abort': null
  'transfers.retry': null
  'transfers.setPriority': null
  'transfers.remind': null
  'transfers.details': TransferDetails
  'transfers.tasks': { readonly rows: readonly TaskRow[]; readonly total: number }
  'transfers.log': { readonly rows: readonly LogRow[] }
  'transfers.showInFolder': null
  'incoming.details': IncomingDetails
  'incoming.accept': null
  'incoming.decline': null
  'consent.decide': null
  /** Of the workspace as a whole: what is set, by technical name. */
  'settings.list': { readonly settings: Settings }
  /** Answers what is set after it. */
  'settings.set': { readonly settings: Settings }
  'send.measure': MeasuredItems
  'send.folder': {
    readonly entries: readonly { readonly name: string; readonly kind: 'file' | 'folder' }[]
    readonly isComplete: boolean
  }
  /** Pretty-printed JSON of the job specification. */
  'send.specification': { readonly json: string }
  'send.submit': {
    readonly keys: readonly TransferKey[]
    readonly invitations: readonly { readonly email: string; readonly invitation: string }[]
  }
}

export type CommandInput<Name extends CommandName> = z.input<(typeof commandInputs)[Name]>
export type ParsedInput<Name extends CommandName> = z.output<(typeof commandInputs)[Name]>
export type CommandOutput<Name extends CommandName> = CommandOutputs[Name]

export interface EventPayloads {
  'app.changed': AppView
  'transfers.changed': TransfersDelta
  /** A menu item or tray item was chosen. */
  menu: {
    readonly item:
      | 'send'
      | 'search'
      | 'preferences'
      | 'transfers'
      | 'incoming'
      | 'pause-or-resume'
      | 'retry'
      | 'abort'
      | 'details'
      | 'show-in-folder'
      | 'priority-up'
      | 'priority-down'
  }
  /** Go there: from a notification, the tray, or a link. A link only ever opens the confirmation. */
  open: { readonly place: 'transfers' | 'incoming' | 'join'; readonly key?: TransferKey; readonly invitation?: string }
  /** Files that came by another way than the window's own drop: the tray, the menu, a second start. */
  dropped: { readonly items: readonly PickedItem[] }
}

export type EventPayload<Name extends EventName> = EventPayloads[Name]

/** Electron keeps only the message of a thrown error, so every answer travels in this. */
export type Envelope<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: ErrorEnvelope }
