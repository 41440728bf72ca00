import { z } from 'zod'
import { settingLevels } from '../domain/settings/settings.ts'
import {
  client,
  clientId,
  clientKind,
  email,
  errorEnvelope,
  fence,
  job,
  jobId,
  jobStatus,
  keyHash,
  logEntry,
  metadata,
  name,
  path,
  previewEntry,
  role,
  share,
  shareId,
  site,
  task,
  taskId,
  taskResult,
  taskStatus,
  user,
  workspace,
} from './entity-schemas.ts'
import { announced, clientSchemas } from './operations/client-schemas.ts'
import { collectionSchemas } from './operations/collection-schemas.ts'
import { deliverySchemas } from './operations/delivery-schemas.ts'
import { fileSchemas } from './operations/file-schemas.ts'
import { invitationSchemas } from './operations/invitation-schemas.ts'
import { keySchemas } from './operations/key-schemas.ts'
import { mailSchemas } from './operations/mail-schemas.ts'
import { queueSchemas } from './operations/queue-schemas.ts'
import { auditSchemas, sessionSchemas } from './operations/session-schemas.ts'
import { shareSchemas } from './operations/share-schemas.ts'
import { siteSchemas } from './operations/site-schemas.ts'
import { userSchemas } from './operations/user-schemas.ts'
import { workspaceSchemas } from './operations/workspace-schemas.ts'

const nothing = z.object({})
const count = z.number().int().nonnegative()
/** What became of one file; see the engine's `NoteKind`. */
const noteKind = z.enum(['placed', 'replaced', 'removed', 'same', 'left', 'owner', 'group', 'permissions'])
const window = { cursor: z.string().max(200).optional(), limit: z.number().int().min(1).max(1000).default(200) }
/** `Entity WHERE …`, or the expression alone; the workspace says what is wrong with it and where. */
const queryText = z.string().max(1_000_000)
const password = z.string().min(1).max(1024)

/** The machine that signs in: its key is pinned by peers from then on. */
const machine = z.object({ name, kind: clientKind, keyHash })

const session = z.object({
  /** Bearer token, shown once. */
  sessionToken: z.string(),
  workspace,
  user,
  client,
})

/** `id`: of the share (or its code) or the client, or the queue's name; the workspace has none. */
const settingEntity = {
  entity: z.enum(['workspace', 'share', 'queue', 'client']),
  id: z.string().min(1).max(200).optional(),
}
const settingLevel = z.enum(settingLevels)
const liveSetting = z.union([z.string().max(4096), z.number()]).nullable()
/** `alsoFrom`: weaker levels whose values hold as well, as those of filters do. */
const resolvedSettings = z.record(
  z.string(),
  z.object({
    value: z.string(),
    level: z.union([settingLevel, z.literal('default')]),
    alsoFrom: z.array(settingLevel).readonly().exactOptional(),
  }),
)
const settingAnswer = z.object({ own: z.record(z.string(), z.string()), settings: resolvedSettings })

export const revision = z.object({ epoch: z.string(), number: count })

export const operationSchemas = {
  ...collectionSchemas,
  ...fileSchemas,
  ...invitationSchemas,
  ...keySchemas,
  ...mailSchemas,
  ...sessionSchemas,
  ...auditSchemas,
  ...userSchemas,
  ...shareSchemas,
  ...siteSchemas,
  ...queueSchemas,
  ...clientSchemas,
  ...workspaceSchemas,
  ...deliverySchemas,
  'workspace/hello': {
    input: nothing,
    output: z.object({ workspace, protocolVersion: z.number().int(), serverTimeMs: z.number() }),
  },
  /** Subscribe to the stream first, then take this, then apply deltas after `revision`. */
  'workspace/snapshot': {
    input: nothing,
    output: z.object({
      revision,
      workspace,
      me: user,
      clientId: clientId.optional(),
      users: z.array(user),
      shares: z.array(share),
      sites: z.array(site),
      clients: z.array(client),
      /** Live ones, and the most recent finished ones. */
      jobs: z.array(job),
    }),
  },
  'invitation/inspect': {
    input: z.object({ code: z.string().min(1).max(200) }),
    output: z.object({ workspace, invitedBy: z.string(), email: z.string().optional(), role }),
  },
  'invitation/create': {
    input: z.object({ email: email.optional(), name: name.optional(), role: role.default('standard') }),
    /** The whole string, `tern://join/<address>/<server key hash>/<single-use code>`. */
    output: z.object({ invitation: z.string(), user: user.optional() }),
  },
  'session/join': {
    input: z.object({ code: z.string().min(1).max(200), email, name, password, machine }),
    output: session,
  },
  /** A machine becomes a server of the site that it was invited for. */
  'session/join-server': {
    input: z.object({ code: z.string().min(1).max(200), machine: machine.omit({ kind: true }) }),
    output: session,
  },
  'session/login': {
    input: z.object({ email: z.string().max(254), password, machine }),
    output: session,
  },
  'session/logout': { input: nothing, output: nothing },
  /** Names of the folders below a path of a share, asked live from the site's server. Relative path, empty: the share itself. */
  'share/folder': {
    input: z.object({ shareId, path }),
    output: z.object({
      entries: z.array(
        z.object({ name: z.string(), kind: z.enum(['file', 'folder']), sizeBytes: count, mtimeMs: z.number() }),
      ),
      isComplete: z.boolean(),
    }),
  },
  /**
   * `own`: what was written there; `settings`: every setting with the value that holds and the level it comes from, for a
   * client none: what it is told holds over all of its transfers.
   */
  'setting/list': { input: z.object(settingEntity), output: settingAnswer },
  /** `null` takes it back, and what is inherited holds again. */
  'setting/set': {
    input: z.object({
      ...settingEntity,
      name: z.string().max(100),
      value: z.union([z.string().max(65_536), z.number(), z.boolean()]).nullable(),
    }),
    output: settingAnswer,
  },
  /** For sessions that were made without a machine (scripts) and now run one. */
  'client/register': { input: machine, output: client },
  /** Where this client may be dialled, by peers that hold a ticket. Empty: it does not listen. */
  'client/announce': {
    input: z.object({
      candidates: z.array(z.object({ host: z.string().max(255), port: z.number().int().min(1).max(65535) })).max(16),
      ...announced,
    }),
    output: nothing,
  },
  /**
   * `spec` is a job specification (docs/job-language.md) as it is. `id` makes a repeated call harmless.
   * `deliverFrom: workspace` sends to the caller's home first and delivers from there: two jobs.
   */
  'transfer/create': {
    input: z.object({
      id: jobId.optional(),
      spec: z.unknown(),
      deliverFrom: z.enum(['source', 'workspace']).default('source'),
      note: z.string().max(2000).optional(),
      /** Of a delivery or request: files for it (a source alone), or from it (a destination alone). */
      parentId: jobId.optional(),
      /** All is checked, and nothing made: no jobs come back. */
      isTrial: z.boolean().default(false),
    }),
    output: z.object({
      jobs: z.array(job),
      invitations: z.array(z.object({ email: z.string(), invitation: z.string() })),
    }),
  },
  'transfer/list': {
    input: z.object({
      ...window,
      /** `archived`: finished longer ago than `job_archive_after_days`. */
      state: z.enum(['live', 'finished', 'archived']).default('live'),
      search: z.string().max(200).optional(),
      /** `Transfer WHERE …`, or the expression alone. A page may be short, or empty, and yet have a next one. */
      query: queryText.optional(),
    }),
    output: z.object({ jobs: z.array(job), nextCursor: z.string().optional(), total: count }),
  },
  /** `settings`: what somebody set, at the job or further up, and at which level; the rest holds as by default. */
  'transfer/get': {
    input: z.object({ id: jobId }),
    output: z.object({ job, spec: z.unknown(), settings: resolvedSettings }),
  },
  'transfer/update': {
    input: z.object({
      id: jobId,
      /** The writeable ones, and `pending`, which resets the location (resend). */
      status: z.union([jobStatus, z.literal('pending')]).optional(),
      priority: z.number().int().min(1).max(1000).optional(),
      name: name.optional(),
      /** By its code or id; at the end of it. */
      queue: z.string().max(200).optional(),
      description: z.string().max(2000).optional(),
      /** In place of what was there. */
      metadata: metadata.optional(),
      /** How fast its runs may go, those that go now too; `null` takes it back, and what is inherited holds again. */
      settings: z
        .strictObject({ transfer_speedlimit: liveSetting, transfer_speedlimit_timetable: liveSetting })
        .partial()
        .optional(),
    }),
    output: job,
  },
  'transfer/delete': { input: z.object({ id: jobId, force: z.boolean().default(false) }), output: nothing },
  /** The source's client answers `transfer.measure`. `blocked` instead of figures when it may not or cannot read. */
  'transfer/measured': {
    input: z.object({
      jobId,
      tasks: z
        .array(
          z.object({
            uri: z.string().max(64),
            kind: z.enum(['file', 'folder']).optional(),
            sizeBytes: count.optional(),
            fileCount: count.optional(),
            error: errorEnvelope.optional(),
            /** Members that a sequence's range names and that are not there. */
            missing: z.object({ names: z.array(z.string().max(1024)).max(100), count }).optional(),
          }),
        )
        .max(1000),
      isComplete: z.boolean(),
      preview: z.array(previewEntry).max(2000).optional(),
      isPreviewComplete: z.boolean().optional(),
      blocked: errorEnvelope.optional(),
    }),
    output: nothing,
  },
  /** What a delivery holds, for the receiver to look at before choosing. */
  'transfer/preview': {
    input: z.object({ jobId }),
    output: z.object({
      entries: z.array(previewEntry),
      isComplete: z.boolean(),
      /** What becomes of names that the receiver's disk cannot hold: setting `transfer_names`. */
      names: z.enum(['map', 'refuse']),
    }),
  },
  /** The receiving user chose, on the calling client. The first answer with the current revision wins. */
  'transfer/resolve': {
    input: z.object({ jobId, path, revision: count, exclude: z.array(taskId).max(10000).optional() }),
    output: job,
  },
  'transfer/decline': { input: z.object({ jobId, reason: z.string().max(500).optional() }), output: job },
  /** The machine's owner answers a consent reason, on that machine. */
  'transfer/consent': {
    input: z.object({ jobId, decision: z.enum(['allow', 'refuse']), reason: z.string().max(500).optional() }),
    output: job,
  },
  'transfer/remind': { input: z.object({ jobId }), output: nothing },
  'transfer/log': {
    /** `uri`: of one task alone. `search` looks at codes and parameters. */
    input: z.object({
      jobId,
      ...window,
      uri: z.string().max(64).optional(),
      search: z.string().max(200).optional(),
      order: z.enum(['newest', 'oldest']).default('newest'),
    }),
    /** `leftOut`: lines that made room for newer ones. */
    output: z.object({ entries: z.array(logEntry), nextCursor: z.string().optional(), leftOut: count }),
  },
  'task/list': {
    /** `jobId` may be left out when the query says it (`job.id=…`). */
    input: z.object({
      jobId: jobId.optional(),
      ...window,
      status: taskStatus.optional(),
      query: queryText.optional(),
    }),
    output: z.object({ tasks: z.array(task), nextCursor: z.string().optional(), total: count }),
  },
  'task/create': {
    input: z.object({ jobId, spec: z.unknown(), allowDuplicates: z.boolean().default(true) }),
    output: z.object({ tasks: z.array(task) }),
  },
  'task/update': {
    input: z.object({
      jobId,
      tasks: z
        .array(
          z.object({
            id: taskId,
            status: taskStatus.optional(),
            priority: z.number().int().min(1).max(1000).optional(),
            /** In place of what was there. */
            metadata: metadata.optional(),
          }),
        )
        .min(1)
        .max(10000),
    }),
    output: z.object({ tasks: z.array(task) }),
  },
  /** After a reconnect: which of these does the workspace still count on? The rest must be stopped. */
  'dispatch/claim': {
    input: z.object({ dispatches: z.array(z.object(fence)).max(1000) }),
    output: z.object({ valid: z.array(z.object(fence)) }),
  },
  /** Tasks that reached a lasting state; acknowledged once committed; repeating it is harmless. */
  'dispatch/report': {
    input: z.object({
      ...fence,
      tasks: z
        .array(
          z.object({
            uri: z.string().max(64),
            status: z.enum(['executing', 'done', 'failed']),
            result: taskResult.optional(),
            kind: z.enum(['file', 'folder']).optional(),
            /** Where it lies on the reporting side's machine. A sender's says so before it sends. */
            pathAbsFinal: path.optional(),
            error: errorEnvelope.optional(),
            /** Under way: names that the destination cannot hold, and what they are called there. */
            names: z
              .object({
                count: z.number().int().min(0),
                told: z.array(z.object({ path, error: errorEnvelope })).max(1000),
              })
              .optional(),
            /** Files below the task's own path that failed, or were left out although the task is done. */
            failures: z
              .array(z.object({ path, error: errorEnvelope }))
              .max(1000)
              .optional(),
            /** For the log, as `transfer_log` asks: of a folder as a whole, and file by file below the task's path. */
            summary: z.object({ removed: count }).optional(),
            notes: z
              .array(z.object({ kind: noteKind, path }))
              .max(1000)
              .optional(),
            /** Of a dry run: what would happen, in files. */
            plan: z.object({ create: count, replace: count, remove: count, same: count, bytes: count }).optional(),
          }),
        )
        .max(1000),
    }),
    output: nothing,
  },
  /**
   * The run is over on the caller's side. `interrupted`: the peer or the network went away, no retry is used up.
   * `blocked`: goes on when the cause is gone (space, permission, drive, consent). `failed`: a try is used up.
   */
  'dispatch/end': {
    input: z.object({
      ...fence,
      outcome: z.enum(['done', 'failed', 'interrupted', 'blocked', 'stopped']),
      error: errorEnvelope.optional(),
    }),
    output: nothing,
  },
} as const
