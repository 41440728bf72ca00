import type { Server } from 'node:https'
import { join } from 'node:path'
import { WebSocketServer } from 'ws'
import type { HostIdentityPem } from '../platform/certificate.ts'
import { nowMs } from '../platform/clock.ts'
import { Disposer } from '../platform/disposer.ts'
import { lockFolder } from '../platform/folder-lock.ts'
import type { Logger } from '../platform/logger.ts'
import type { Role, Workspace } from '../shared/domain/entities.ts'
import { TernError } from '../shared/domain/errors.ts'
import { isServerCaller } from './access/caller.ts'
import { firstAdmin } from './admin/admin-commands.ts'
import { openAdminSocket } from './admin/admin-socket.ts'
import { rememberServed } from './admin/served.ts'
import { storageRoots } from './admin/storage-roots.ts'
import type { ServerParts } from './api/context.ts'
import { createHttpServer, registerRoutes } from './api/http-server.ts'
import { Memory } from './api/memory.ts'
import { type RateLimit, RateLimiter } from './api/rate-limit.ts'
import { acceptUpgrade } from './api/upgrades.ts'
import { archiveFinishedJobs } from './archive/archive.ts'
import { Maintenance, type MaintenanceOptions } from './archive/maintenance.ts'
import { deliveryChore } from './deliveries/delivery-chores.ts'
import { advanceDelivery } from './deliveries/run-delivery.ts'
import { DoneActions } from './done-actions/done-actions.ts'
import { FileRequests } from './files/file-requests.ts'
import { FolderListings } from './files/folder-listings.ts'
import { createInvitation, invitationText } from './invitations/invitations.ts'
import { measureRequests } from './jobs/measure.ts'
import { addressOf, type ListenAt, listen, reachableAddress, tlsOptions } from './listen.ts'
import { MailPassword } from './mail/mail-password.ts'
import { Mailer, type MailerOptions } from './mail/mailer.ts'
import { defaultRelayLimits, Relay, type RelayLimits } from './relay/relay.ts'
import { Scheduler, type SchedulerOptions } from './scheduler/scheduler.ts'
import { type CertificateFiles, servedIdentity } from './served-identity.ts'
import { databaseFile, keepPrivate } from './store/data-folder.ts'
import { dispatchById, runningDispatches } from './store/dispatches.ts'
import type { Effects } from './store/effects.ts'
import { workspaceOf } from './store/places.ts'
import { Store } from './store/store.ts'
import { type ConnectionLimits, defaultConnectionLimits } from './stream/connection.ts'
import { Hub } from './stream/hub.ts'
import { Presence } from './stream/presence.ts'
import { ProgressFanOut } from './stream/progress.ts'
import { StreamServer } from './stream/stream-server.ts'

export interface WorkspaceServerOptions {
  /** Holds the database and the server's identity. */
  readonly folder: string
  readonly listen: ListenAt
  /** Served in place of a certificate of its own. */
  readonly certificate?: CertificateFiles
  readonly logger: Logger
  /** `host:port` that invitations name; how this machine is reached in its network when absent. */
  readonly advertise?: string
  readonly scheduler?: Partial<SchedulerOptions>
  readonly connections?: Partial<ConnectionLimits>
  /** Connections that may be open at once to one address, or one network of IPv6. */
  readonly connectionsOfNetwork?: number
  readonly relay?: Partial<RelayLimits>
  readonly maintenance?: Partial<MaintenanceOptions>
  readonly mail?: Partial<Omit<MailerOptions, 'clockMs'>>
  /** What time it is for the workspace (epoch ms); the machine's clock when absent. */
  readonly clockMs?: () => number
  /** More folders were allowed to the main site's storage, by this machine's owner. Awaited before it is told of shares there. */
  readonly onStorageRoots?: (roots: readonly string[]) => Promise<void>
  readonly rateLimits?: {
    readonly anonymous?: RateLimit
    readonly failures?: RateLimit
    readonly reminders?: RateLimit
  }
}

/** A server that was killed may take a moment to be gone, with the lock that it held. */
const lockPatienceMs = 3000

/** A running workspace server. */
export class WorkspaceServer implements AsyncDisposable {
  readonly workspace: Workspace
  readonly #disposer: Disposer
  readonly #parts: ServerParts
  readonly #http: Server
  readonly #reload: () => Promise<void>

  private constructor(parts: ServerParts, http: Server, disposer: Disposer, reload: () => Promise<void>) {
    this.#parts = parts
    this.#http = http
    this.#disposer = disposer
    this.#reload = reload
    this.workspace = parts.store.read(workspaceOf)
  }

  /**
   * Opens an existing folder, which nobody else may have open, and listens.
   * @throws TernError STORE_TOO_NEW, NOT_FOUND for a folder without a workspace, DATA_IN_USE, CERTIFICATE_INVALID,
   * ADDRESS_UNUSABLE
   */
  static async open(options: WorkspaceServerOptions): Promise<WorkspaceServer> {
    const disposer = new Disposer()
    try {
      keepPrivate(options.folder)
      disposer.use(lockFolder(options.folder, lockPatienceMs))
      const identity = await servedIdentity(options.folder, options.certificate)
      return await compose(
        options,
        identity,
        disposer,
        (parts, http, reload) => new WorkspaceServer(parts, http, disposer, reload),
      )
    } catch (error) {
      await disposer.dispose()
      throw error
    }
  }

  /** Where it listens, `host:port`. */
  get address(): string {
    return addressOf(this.#http)
  }

  /** The hosting app invites in the name of the workspace's first admin. */
  async invite(request: { readonly email?: string; readonly name?: string; readonly role: Role }): Promise<string> {
    const { store, keyHash, advertisedAddress } = this.#parts
    const { code } = await store.write((transaction) =>
      createInvitation(transaction, firstAdmin(transaction.database), request),
    )
    return invitationText(advertisedAddress(), keyHash, code)
  }

  /** `host:port`, as invitations say it. */
  get advertisedAddress(): string {
    return this.#parts.advertisedAddress()
  }

  get keyHash(): string {
    return this.#parts.keyHash
  }

  get storageRoots(): readonly string[] {
    return this.#parts.store.read(storageRoots)
  }

  /** Serves the given certificate's files as they are now. @throws TernError CERTIFICATE_INVALID, and goes on as it was */
  reloadCertificate(): Promise<void> {
    return this.#reload()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#disposer.dispose()
  }
}

async function compose<T>(
  options: WorkspaceServerOptions,
  firstIdentity: HostIdentityPem,
  disposer: Disposer,
  make: (parts: ServerParts, http: Server, reload: () => Promise<void>) => T,
): Promise<T> {
  const { logger, rateLimits = {} } = options
  let identity = firstIdentity
  const presence = new Presence()
  const tellOf = (effects: Effects) => {
    // What was asked for is done and durable: telling others of it must not make it look failed.
    try {
      applyEffects(effects)
    } catch (error) {
      logger.error({ err: error }, 'the effects of a change could not be told')
    }
  }
  const store = Store.open(join(options.folder, databaseFile), tellOf, options.clockMs)
  disposer.add(() => store.close())
  if (store.read(workspaceOf).id === '') throw new TernError('NOT_FOUND', { entity: 'workspace', path: options.folder })
  const hub = store.read((database) => new Hub(database, presence))
  disposer.add(() => hub.close())
  const scheduler = new Scheduler(store, presence, logger, options.scheduler)
  disposer.add(() => scheduler.close())
  const progress = new ProgressFanOut(hub, (id) =>
    store.read((database) => dispatchById(database, id)?.is_running === 1),
  )
  disposer.add(() => progress.close())
  const files = new FileRequests(hub)
  const password = new MailPassword(options.folder)
  const mailer = new Mailer(store, password, logger, { clockMs: options.clockMs ?? nowMs, ...options.mail })
  disposer.add(() => mailer.close())
  const doneActions = new DoneActions({ store, presence, files, logger })
  disposer.add(() => doneActions.close())
  const relay = new Relay({ ...defaultRelayLimits, ...options.relay })
  const limits = { ...defaultConnectionLimits, ...options.connections }
  const streams = new StreamServer({ store, presence, hub, scheduler, progress, files, logger, limits })
  const version = () => store.commits + presence.changes
  const { app, server: http } = createHttpServer(identity, logger, options.connectionsOfNetwork)
  const parts: ServerParts = {
    store,
    presence,
    hub,
    scheduler,
    files,
    progress,
    mail: { password, mailer },
    listings: new FolderListings(files),
    logger,
    memory: {
      answers: new Memory(version, (text: string) => text.length),
      callers: new Memory(version, () => 1024),
    },
    get keyHash() {
      return identity.keyHash
    },
    advertisedAddress: () => options.advertise ?? reachableAddress(http),
    limits: {
      anonymous: new RateLimiter(rateLimits.anonymous ?? { burst: 60, perSecond: 1 }),
      failures: new RateLimiter(rateLimits.failures ?? { burst: 8, perSecond: 1 / 30 }),
      reminders: new RateLimiter(rateLimits.reminders ?? { burst: 1, perSecond: 1 / 60 }),
      calls: new RateLimiter({ burst: 60, perSecond: 30 }),
    },
  }

  /** After each commit: tell whom it concerns, measure, schedule, cut. */
  function applyEffects(effects: Effects): void {
    hub.publish(effects.changes.values())
    for (const { clientId, frame } of effects.frames) hub.sendTo(clientId, frame)
    for (const siteCode of effects.changedSites) streams.sendSiteShares(siteCode)
    for (const userId of effects.resetUsers) hub.resetUser(userId)
    if (effects.endedUsers.size > 0 || effects.endedSessions.size > 0) {
      hub.endSessions(
        ({ caller }) =>
          (effects.endedUsers.has(caller.user.id) && !isServerCaller(caller)) ||
          effects.endedSessions.has(caller.tokenHash),
      )
    }
    for (const jobId of effects.measures) {
      const asked = store.write((transaction) => {
        for (const { client, frame } of measureRequests(transaction, presence, jobId)) {
          transaction.effects.send(client.id, frame)
        }
      })
      asked.catch((error) => logger.warn({ err: error, jobId }, 'its source could not be asked for sizes'))
    }
    if (effects.deliveries.size > 0) {
      const opened = store.write((transaction) => {
        for (const id of effects.deliveries) advanceDelivery(transaction, id)
      })
      opened.catch((error) => logger.error({ err: error }, 'deliveries could not be opened to their recipients'))
    }
    if (effects.hasMail) mailer.wake()
    if (effects.hasDoneActions) doneActions.wake()
    if (effects.needsSchedule) scheduler.request()
    if (!relay.isIdle) relay.keepOnly(new Set(store.read(runningDispatches).map((row) => row.id)))
  }

  let isClosing = false
  const webSockets = new WebSocketServer({ noServer: true, maxPayload: 4 * 1024 * 1024, perMessageDeflate: false })
  await registerRoutes(app, parts)
  http.on('upgrade', (request, socket, head) => {
    acceptUpgrade(parts, { webSockets, streams, relay }, request, socket, head)
  })
  // Who was still shaking hands when the end began would come in afterwards, and hold it up for as long as it stays.
  http.on('secureConnection', (socket) => {
    if (isClosing) socket.destroy()
  })
  http.on('tlsClientError', (error) => logger.debug({ err: error }, 'a TLS handshake failed'))
  await listen(http, options.listen)
  disposer.add(() => closeServer(http))
  disposer.add(() => {
    isClosing = true
    relay.close()
    streams.close()
  })
  const maintenance = new Maintenance(
    store,
    logger,
    [archiveFinishedJobs, deliveryChore(() => scheduler.options), () => lookAgain(doneActions)],
    options.maintenance,
  )
  disposer.add(() => maintenance.close())
  const served = () => ({ address: parts.advertisedAddress(), keyHash: identity.keyHash })
  await store.write(({ database }) => rememberServed(database, served()))
  const adminParts = {
    store,
    served,
    onStorageRoots: options.onStorageRoots ?? (async () => {}),
    figuresOf: (jobId: string) => progress.figuresOf(jobId),
    mail: { password, wake: () => mailer.wake() },
  }
  disposer.use(await openAdminSocket(options.folder, adminParts, logger))
  logger.info({ address: addressOf(http) }, 'workspace server is listening')
  scheduler.request()
  return make(parts, http, async () => {
    identity = await servedIdentity(options.folder, options.certificate)
    http.setSecureContext({ ...tlsOptions, key: identity.privateKeyPem, cert: identity.certificatePem })
    await store.write(({ database }) => rememberServed(database, served()))
    logger.info({ keyHash: identity.keyHash }, 'the certificate was read again')
  })
}

/** What a storage could not do when it was asked. */
function lookAgain(doneActions: DoneActions): boolean {
  doneActions.wake()
  return false
}

/** Streams have been told; whatever is left is cut, so that quitting takes no time. */
function closeServer(http: Server): Promise<void> {
  return new Promise((resolve) => {
    http.close(() => resolve())
    http.closeAllConnections()
  })
}
