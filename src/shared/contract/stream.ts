import { z } from 'zod'
import {
  client,
  clientId,
  dispatchId,
  job,
  jobId,
  jobProgress,
  path,
  share,
  shareId,
  site,
  taskEndpoint,
  user,
} from './entity-schemas.ts'
import { revision } from './operation-schemas.ts'
import { filesAnswer, filesMore, filesRequest, filesStop } from './stream-files.ts'

/** `GET /api/v3/stream` (WebSocket, JSON text frames, bearer token in the upgrade request). */
export const streamPath = '/api/v3/stream'

/** Of a snapshot, at most: where it has fewer it has all that its client sees. */
export const snapshotLiveJobs = 1000
/** `GET /api/v3/relay?dispatch=<id>&lane=<text>` with `Connection: Upgrade`, `Upgrade: tern-relay`: a blind splice of the dispatch's two clients. */
export const relayPath = '/api/v3/relay'
export const operationPath = '/api/v3/operation/'

export const heartbeatIntervalMs = 20_000
export const offlineAfterMs = 60_000
export const dispatchLeaseMs = 60_000

const change = z.union([
  z.object({ entity: z.literal('job'), value: job }),
  z.object({ entity: z.literal('user'), value: user }),
  z.object({ entity: z.literal('share'), value: share }),
  z.object({ entity: z.literal('site'), value: site }),
  z.object({ entity: z.literal('client'), value: client }),
  /** Gone, or no longer visible to this session. */
  z.object({ entity: z.enum(['job', 'user', 'share', 'site', 'client']), removed: z.string() }),
])

export const dispatchTask = z.object({
  uri: z.string(),
  source: taskEndpoint,
  destination: taskEndpoint,
  settings: z.record(z.string(), z.string()),
})

/** One run of tasks for one side. */
export const dispatchOrder = z.object({
  dispatchId,
  epoch: z.number().int(),
  jobId,
  /** Runs of one job between other ends may go on beside it; those of one line follow upon each other. */
  line: z.number().int().min(0),
  role: z.enum(['send', 'receive']),
  ticket: z.string(),
  leaseMs: z.number(),
  tasks: z.array(dispatchTask),
  settings: z.record(z.string(), z.string()),
  /** For the consent card: who asks. */
  requestedBy: z.object({ name: z.string(), isMe: z.boolean() }),
  peer: z.object({
    clientId,
    name: z.string(),
    keyHash: z.string(),
    /** Where it listens; empty when it does not. */
    candidates: z.array(z.object({ host: z.string(), port: z.number() })),
  }),
  /** The peer has been told to dial this client. */
  peerDials: z.boolean(),
})

export const serverFrame = z.discriminatedUnion('type', [
  z.object({ type: z.literal('welcome'), revision, clientId: clientId.optional(), serverTimeMs: z.number() }),
  z.object({ type: z.literal('changes'), revision, changes: z.array(change) }),
  /** The revision asked for is too old or of another epoch: take a new snapshot. */
  z.object({ type: z.literal('reset'), revision }),
  z.object({ type: z.literal('progress'), jobs: z.array(jobProgress) }),
  /** Server clients of a site: the folders behind its shares. Sent after welcome and on change. */
  z.object({ type: z.literal('site.shares'), shares: z.array(z.object({ id: shareId, code: z.string(), path })) }),
  z.object({ type: z.literal('dispatch.start'), dispatch: dispatchOrder }),
  z.object({ type: z.literal('dispatch.stop'), dispatchId, epoch: z.number().int() }),
  /** How fast a run may go has changed, and holds at once; all else of its settings holds from its next run on. */
  z.object({
    type: z.literal('dispatch.settings'),
    dispatchId,
    epoch: z.number().int(),
    settings: z.record(z.string(), z.string()),
  }),
  /** What was set for this very machine. Sent after welcome and on change. */
  z.object({ type: z.literal('client.settings'), settings: z.record(z.string(), z.string()) }),
  /** Measure these sources and answer with `transfer/measured`. */
  z.object({
    type: z.literal('transfer.measure'),
    jobId,
    tasks: z.array(dispatchTask),
    /** As in a dispatch: what holds for all of these tasks. */
    settings: z.record(z.string(), z.string()),
    requestedBy: z.object({ name: z.string(), isMe: z.boolean() }),
  }),
  filesRequest,
  filesMore,
  filesStop,
  z.object({ type: z.literal('reminder'), jobId, from: z.string() }),
  z.object({ type: z.literal('session.ended') }),
])

/** What of all that one may see a stream is told; left out: all of it. Progress goes with the jobs. */
export const subscriptionWindow = z.object({
  entities: z
    .array(z.enum(['job', 'user', 'share', 'site', 'client']))
    .max(5)
    .optional(),
  /** `own`: made, sent or received by oneself. */
  jobs: z.union([z.literal('own'), z.array(jobId).max(1000)]).optional(),
})

export const clientFrame = z.discriminatedUnion('type', [
  /** `since` resumes; without it changes start now. Said again, it takes the place of what was said before. */
  z.object({ type: z.literal('subscribe'), since: revision.optional(), window: subscriptionWindow.optional() }),
  z.object({
    type: z.literal('heartbeat'),
    leases: z.array(z.object({ dispatchId, epoch: z.number().int() })).max(1000),
  }),
  z.object({ type: z.literal('progress'), dispatchId, epoch: z.number().int(), progress: jobProgress }),
  filesAnswer,
])

export type ServerFrame = z.infer<typeof serverFrame>
export type ClientFrame = z.infer<typeof clientFrame>
export type Change = z.infer<typeof change>
export type DispatchOrder = z.infer<typeof dispatchOrder>
export type DispatchTask = z.infer<typeof dispatchTask>
export type Revision = z.infer<typeof revision>
export type SubscriptionWindow = z.infer<typeof subscriptionWindow>
