import type { SqliteDatabase } from '../../platform/sqlite.ts'
import { type DispatchOrder, type DispatchTask, dispatchLeaseMs } from '../../shared/contract/stream.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { TaskEndpoint } from '../../shared/domain/job.ts'
import { placeAtLocation } from '../../shared/domain/meaning/location.ts'
import { collectedPlaces } from '../jobs/collected-tasks.ts'
import { InheritedSettings } from '../settings/inherited-settings.ts'
import type { DispatchRole, DispatchRow } from '../store/dispatches.ts'
import type { JobRow } from '../store/jobs.ts'
import { type ClientRow, clientById, userById } from '../store/people.ts'
import type { TaskRow } from '../store/tasks.ts'

/** What one side of a dispatch is told. Paths on people's machines are absolute by now. */
export function dispatchOrderFor(
  database: SqliteDatabase,
  job: JobRow,
  dispatch: DispatchRow,
  role: DispatchRole,
): DispatchOrder {
  const sender = requireClient(database, dispatch.sender)
  const receiver = requireClient(database, dispatch.receiver)
  const [me, peer] = role === 'send' ? [sender, receiver] : [receiver, sender]
  const dialler = diallerOf(sender, receiver)
  const tasks = database.all<TaskRow>('SELECT * FROM tasks WHERE dispatch_id = ? ORDER BY priority DESC, seq', [
    dispatch.id,
  ])
  const collected = collectedPlaces(database)
  return {
    dispatchId: dispatch.id,
    epoch: dispatch.epoch,
    jobId: job.id,
    line: lineOf(database, dispatch),
    role,
    ticket: dispatch.ticket,
    leaseMs: dispatchLeaseMs,
    tasks: tasks.map((task) => dispatchTask(job, task, collected)),
    settings: tasks[0] ? new InheritedSettings(database).forClients(job, tasks[0]) : {},
    requestedBy: requestedBy(database, job, me),
    peer: {
      clientId: peer.id,
      name: peer.name,
      keyHash: peer.key_hash,
      candidates: dialler === role ? candidatesOf(peer) : [],
    },
    peerDials: dialler !== undefined && dialler !== role,
  }
}

/** The same for all runs between the same two ends, whoever acts there: what is kept of one serves the next. */
function lineOf(database: SqliteDatabase, dispatch: DispatchRow): number {
  const row = database.get<{ line: number | null }>(
    'SELECT min(part) AS line FROM job_parts WHERE job_id = ? AND source_key = ? AND destination_key = ?',
    [dispatch.job_id, dispatch.source_key, dispatch.destination_key],
  )
  return row?.line ?? dispatch.part
}

/** `collected`: see collectedPlaces. */
export function dispatchTask(
  job: JobRow,
  task: TaskRow,
  collected: (endpoint: TaskEndpoint) => TaskEndpoint,
): DispatchTask {
  return {
    uri: task.uri,
    source: collected(JSON.parse(task.source) as TaskEndpoint),
    destination: atLocation(job, JSON.parse(task.destination) as TaskEndpoint),
    settings: JSON.parse(task.settings) as Record<string, string>,
  }
}

export function requestedBy(database: SqliteDatabase, job: JobRow, client: Pick<ClientRow, 'user_id'>) {
  return { name: userById(database, job.user_id)?.name ?? '', isMe: client.user_id === job.user_id }
}

export function candidatesOf(client: ClientRow): { host: string; port: number }[] {
  return JSON.parse(client.candidates) as { host: string; port: number }[]
}

/** Who dials reads cheaper, so the receiver does wherever the sender listens. Neither listens: only the relay is left. */
function diallerOf(sender: ClientRow, receiver: ClientRow): DispatchRole | undefined {
  if (candidatesOf(sender).length > 0) return 'receive'
  return candidatesOf(receiver).length > 0 ? 'send' : undefined
}

/** A place relative to the location that the receiver chose becomes absolute there. */
function atLocation(job: JobRow, endpoint: TaskEndpoint): TaskEndpoint {
  if (endpoint.userId === undefined || endpoint.clientId !== undefined) return endpoint
  if (job.location_client === null || job.location_path === null) return endpoint
  return { ...endpoint, clientId: job.location_client, path: placeAtLocation(job.location_path, endpoint.path) }
}

function requireClient(database: SqliteDatabase, id: string): ClientRow {
  const row = clientById(database, id)
  if (row === undefined) throw new TernError('INTERNAL', { client: id })
  return row
}
