import type { WebSocket } from 'ws'
import { nowMs } from '../../platform/clock.ts'
import type { Logger } from '../../platform/logger.ts'
import { type ClientFrame, clientFrame } from '../../shared/contract/stream.ts'
import type { Caller } from '../access/caller.ts'
import type { FileRequests } from '../files/file-requests.ts'
import { unmeasuredJobsAt } from '../jobs/measure.ts'
import type { Scheduler } from '../scheduler/scheduler.ts'
import { limitFrames } from '../settings/live-limits.ts'
import { dispatchById, roleIn } from '../store/dispatches.ts'
import { jobById } from '../store/jobs.ts'
import type { ClientRow } from '../store/people.ts'
import { sharesOfServer } from '../store/share-places.ts'
import type { Store } from '../store/store.ts'
import { Connection, type ConnectionLimits, closeCode } from './connection.ts'
import type { Hub } from './hub.ts'
import { endpointKey, type Presence } from './presence.ts'
import type { ProgressFanOut } from './progress.ts'

export interface StreamParts {
  readonly store: Store
  readonly presence: Presence
  readonly hub: Hub
  readonly scheduler: Scheduler
  readonly progress: ProgressFanOut
  readonly files: FileRequests
  readonly logger: Logger
  readonly limits: ConnectionLimits
}

const maxAffectedJobs = 500

/** The streams' life: who is here, what they say, and what follows when they go. */
export class StreamServer {
  readonly #parts: StreamParts
  #isClosing = false

  constructor(parts: StreamParts) {
    this.#parts = parts
  }

  open(socket: WebSocket, caller: Caller): void {
    const { hub, limits } = this.#parts
    const connection = new Connection(socket, caller, limits)
    socket.on('message', (data, isBinary) => this.#receive(connection, isBinary ? undefined : String(data)))
    socket.on('pong', () => connection.heard())
    socket.on('error', () => socket.terminate())
    socket.on('close', () => this.#closed(connection))
    hub.add(connection)
    connection.send({
      type: 'welcome',
      revision: hub.log.revision,
      ...(caller.client && { clientId: caller.client.id }),
      serverTimeMs: nowMs(),
    })
    if (caller.client) this.#clientCame(connection, caller.client)
  }

  /** The folders behind a site's shares; only the site's own server is ever told. */
  sendSiteShares(siteCode: string): void {
    for (const connection of this.#parts.hub.connections) {
      if (connection.caller.client?.site_code === siteCode) this.#sendShares(connection, siteCode)
    }
  }

  /** Ends all streams. Their clients were seen until now; what they run they may claim after the next start. */
  close(): void {
    this.#isClosing = true
    const { hub, store } = this.#parts
    const online = [...hub.connections].flatMap(({ clientId }) => clientId ?? [])
    void this.#write('the last look at clients', () =>
      store.write(({ database, nowMs: now }) => {
        for (const id of online) database.run('UPDATE clients SET last_seen_at = ? WHERE id = ?', [now, id])
      }),
    )
    for (const connection of [...hub.connections]) connection.cut(closeCode.shuttingDown)
  }

  #clientCame(connection: Connection, client: ClientRow): void {
    const { presence, scheduler, store } = this.#parts
    if (client.site_code !== null) this.#sendShares(connection, client.site_code)
    for (const frame of store.read((database) => limitFrames(database, client.id))) connection.send(frame)
    presence.setOnline(client.id, true)
    scheduler.awaitClaims(client.id)
    void this.#write('a client came', () =>
      store.write(({ database, effects, nowMs: now }) => {
        database.run('UPDATE clients SET last_seen_at = ? WHERE id = ?', [now, client.id])
        for (const jobId of unmeasuredJobsAt(database, endpointKey(client))) effects.measure(jobId)
        this.#availabilityChanged(client, database, effects)
      }),
    )
  }

  #closed(connection: Connection): void {
    const { files, hub, presence, scheduler, store } = this.#parts
    connection.closed()
    if (this.#isClosing) return
    const client = connection.caller.client
    if (!hub.remove(connection) || client === undefined) return
    files.lost(client.id)
    presence.setOnline(client.id, false)
    scheduler.clientLost(client.id)
    void this.#write('a client went', () =>
      store.write(({ database, effects, nowMs: now }) => {
        database.run('UPDATE clients SET last_seen_at = ? WHERE id = ?', [now, client.id])
        this.#availabilityChanged(client, database, effects)
      }),
    )
  }

  /** Reasons speak of who is online, so the jobs at this end look different now. */
  #availabilityChanged(
    client: ClientRow,
    database: Parameters<Parameters<Store['write']>[0]>[0]['database'],
    effects: Parameters<Parameters<Store['write']>[0]>[0]['effects'],
  ): void {
    effects.changed('client', client.id)
    if (client.user_id !== null) effects.changed('user', client.user_id)
    if (client.site_code !== null) effects.changed('site', client.site_code)
    const key = endpointKey(client)
    for (const column of ['source_key', 'destination_key']) {
      const jobs = database.all<{ id: string }>(
        `SELECT id FROM jobs WHERE ${column} = ? AND is_live = 1 ORDER BY sort_at DESC LIMIT ${maxAffectedJobs}`,
        [key],
      )
      for (const { id } of jobs) effects.changed('job', id)
    }
    effects.schedule()
  }

  #receive(connection: Connection, text: string | undefined): void {
    connection.heard()
    const frame = text === undefined ? undefined : parseFrame(text)
    if (frame === undefined) {
      connection.cut(closeCode.malformed)
      return
    }
    // A line that was taken over must not speak for the client any more.
    if (!this.#parts.hub.isCurrent(connection)) return
    switch (frame.type) {
      case 'subscribe':
        this.#parts.hub.subscribe(connection, frame)
        break
      case 'heartbeat':
        if (connection.clientId) this.#parts.scheduler.renew(connection.clientId, frame.leases)
        break
      case 'progress':
        this.#progress(connection, frame)
        break
      case 'files.answer':
        this.#parts.files.answer(connection.clientId, frame)
    }
  }

  #progress(connection: Connection, frame: Extract<ClientFrame, { type: 'progress' }>): void {
    const { store, progress } = this.#parts
    store.read((database) => {
      const row = dispatchById(database, frame.dispatchId)
      const role =
        row && row.is_running === 1 && row.epoch === frame.epoch ? roleIn(row, connection.clientId) : undefined
      const job = row && role && jobById(database, row.job_id)
      if (job && role && frame.progress.jobId === job.id) progress.offer(role, job, row.id, frame.progress)
    })
  }

  #sendShares(connection: Connection, siteCode: string): void {
    const { clientId } = connection
    if (clientId === undefined) return
    const placed = this.#parts.store.read((database) => sharesOfServer(database, siteCode, clientId))
    connection.send({
      type: 'site.shares',
      shares: placed.map(({ share, folder }) => ({ id: share.id, code: share.code, path: folder })),
    })
  }

  async #write(what: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.#parts.logger.warn({ err: error }, what)
    }
  }
}

function parseFrame(text: string): ClientFrame | undefined {
  try {
    const frame = clientFrame.safeParse(JSON.parse(text))
    return frame.success ? frame.data : undefined
  } catch {
    return undefined
  }
}
