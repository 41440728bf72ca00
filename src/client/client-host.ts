import { join } from 'node:path'
import { createEngine } from '../engine/index.ts'
import { Disposer } from '../platform/disposer.ts'
import type { Logger } from '../platform/logger.ts'
import type { Handlers } from '../platform/message-rpc.ts'
import type { EngineCommands, EngineProcessSetup, EngineStarted } from '../shared/contract/engine-process.ts'
import type { TransferKey } from '../shared/contract/view.ts'
import { TernError } from '../shared/domain/errors.ts'
import type { JobId, WorkspaceId } from '../shared/domain/ids.ts'
import { SpeedLimit, settingsOfLimit } from './dispatches/speed-limit.ts'
import { Grants } from './grants/grants.ts'
import type { HostEvents, HostParts } from './host-parts.ts'
import { openIdentity } from './identity.ts'
import { RememberedLocations } from './incoming/remembered-locations.ts'
import { measurePaths } from './measure-paths.ts'
import { Notices } from './notices.ts'
import { PeerKeys } from './presence/peer-keys.ts'
import { PresenceStore } from './presence/presence-store.ts'
import { Presences } from './presence/presences.ts'
import { RowPublisher } from './rows/row-publisher.ts'
import { transferKey } from './rows/transfer-row.ts'
import { Outbox } from './sending/outbox.ts'
import { submittedSpecification } from './sending/specification.ts'
import { StateFolder } from './state-folder.ts'
import { Transfers } from './transfers.ts'

/** All commands but `setup`, which makes the host. */
export type HostCommands = Omit<Handlers<EngineCommands>, 'setup'>

export interface ClientHost extends HostCommands, AsyncDisposable {
  readonly started: EngineStarted
}

/** Answering the workspaces at the end is worth this much of the three seconds that a shutdown has. */
const shutdownGraceMs = 1000
const shutdownLimitMs = 2800

/**
 * A host: one engine, one journal and its presence in any number of workspaces. Everything that it needs to go on after a
 * crash lies in `setup.folder`; sessions come with `setup` and are never stored here.
 */
export async function createClientHost(
  given: EngineProcessSetup,
  events: HostEvents,
  logger: Logger,
): Promise<ClientHost> {
  const disposer = new Disposer()
  // One list for all workspaces, since it grows while they run.
  const allowedRoots = [...(given.allowedRoots ?? [])]
  const setup: EngineProcessSetup = { ...given, allowedRoots }
  const { folder } = setup
  const identity = await openIdentity(folder, setup.computerName, setup.keyFileSecret)
  const engine = await createEngine({
    identity,
    stateFolder: join(folder, 'journals'),
    logger,
    ...(setup.listen && { listen: setup.listen }),
  })
  disposer.use(engine)
  const limit = disposer.use(
    new SpeedLimit(
      (limited) => engine.setLimit(limited),
      settingsOfLimit({ bytesPerSecond: setup.limitBytesPerSecond, timetable: setup.limitTimetable }),
    ),
  )
  let { downloadFolder } = setup

  const state = disposer.use(new StateFolder(folder))
  const rows = disposer.use(new RowPublisher(events.transfers, () => finishedTotal()))
  const parts: Omit<HostParts, 'onPresences'> = {
    setup,
    keyHash: identity.keyHash,
    engine,
    grants: await Grants.open(state, setup.protectedFolders),
    presenceStore: await PresenceStore.open(state),
    peerKeys: await PeerKeys.open(state),
    outbox: await Outbox.open(state),
    remembered: await RememberedLocations.open(state),
    notices: await Notices.open(state, events.notice),
    rows,
    logger,
    downloadFolder: () => downloadFolder,
  }
  const presences = disposer.use(new Presences(parts, events))
  const transfers = new Transfers(presences, parts.outbox, parts.grants)
  const finishedTotal = () => presences.all().reduce((sum, presence) => sum + presence.finished.total, 0)
  const jobOf = (key: TransferKey) => {
    const [workspaceId, jobId] = key.split('/') as [WorkspaceId, JobId]
    const presence = presences.get(workspaceId)
    return { presence, job: presence.job(jobId) }
  }
  presences.start()

  const done = (work: Promise<unknown> | undefined): Promise<null> => Promise.resolve(work).then(() => null)
  const { listening } = engine
  return {
    started: { keyHash: identity.keyHash, ...(listening && { listening }) },
    join: (input) => presences.join(input),
    joinServer: (input) => presences.joinServer(input),
    checkInvitation: ({ invitation }) => presences.checkInvitation(invitation),
    attach: (input) => done(presences.attach(input)),
    signIn: (input) => done(presences.signIn(input)),
    signInTo: (input) => presences.signInTo(input),
    signOut: ({ workspaceId }) => done(presences.signOut(workspaceId)),
    forget: ({ workspaceId }) => done(presences.forget(workspaceId)),
    createInvitation: async ({ workspaceId, ...request }) => {
      const { invitation } = await presences.get(workspaceId).connection.call('invitation/create', request)
      return { invitation }
    },
    provideSessions: ({ sessions }) => {
      presences.provideSessions(sessions)
      return null
    },
    setLimit: (given) => {
      limit.change(settingsOfLimit(given))
      return null
    },
    setDownloadFolder: ({ path }) => {
      downloadFolder = path
      return null
    },
    setAllowedRoots: ({ paths }) => {
      allowedRoots.splice(0, allowedRoots.length, ...paths)
      return null
    },
    grant: ({ paths, mode, origin }) => done(Promise.all(paths.map((path) => parts.grants.pick(path, mode, origin)))),
    transfersSnapshot: () => rows.snapshot(),
    transfersFinished: (input) => transfers.finished(input),
    transfersUpdate: (input) => done(transfers.update(input)),
    transfersRemind: ({ key }) => done(transfers.remind(key)),
    transferDetails: ({ key }) => transfers.details(key),
    transferTasks: (input) => transfers.tasks(input),
    transferLog: ({ key }) => transfers.log(key),
    transferLocalPath: ({ key }) => transfers.pathHere(key),
    incomingDetails: ({ key, location }) => {
      const { presence, job } = jobOf(key)
      const question = presence.consents.question(job)
      return question ? presence.consents.details(job, question) : presence.incoming.details(job, location)
    },
    incomingAccept: ({ key, revision, location, exclude, remember }) => {
      const { presence, job } = jobOf(key)
      return done(presence.incoming.accept(job, revision, location, exclude, remember))
    },
    incomingDecline: ({ key, reason }) => {
      const { presence, job } = jobOf(key)
      return done(presence.incoming.decline(job.id, reason))
    },
    consentDecide: ({ key, decision, reason, asked }) => {
      const { presence, job } = jobOf(key)
      return done(presence.consents.decide(job, decision, reason, asked))
    },
    settingsList: async ({ workspaceId }) => {
      const { own } = await presences.get(workspaceId).connection.call('setting/list', { entity: 'workspace' })
      return { settings: own }
    },
    settingsSet: async ({ workspaceId, name, value }) => {
      const change = { entity: 'workspace', name, value } as const
      const { own } = await presences.get(workspaceId).connection.call('setting/set', change)
      return { settings: own }
    },
    measure: ({ paths }) => measurePaths(paths, engine, parts.grants),
    shareFolder: async ({ workspaceId, code, path }) => {
      const { connection, mirror } = presences.get(workspaceId)
      const share = [...mirror.shares.values()].find((one) => one.code === code)
      if (!share) throw new TernError('NOT_FOUND', { kind: 'share', code })
      const { entries, isComplete } = await connection.call('share/folder', { shareId: share.id, path })
      return { entries: entries.map(({ name, kind }) => ({ name, kind })), isComplete }
    },
    specification: (request) => {
      const { me, clientId } = presences.get(request.target.workspaceId).record
      const spec = submittedSpecification(request, { email: me.email, clientId })
      return { json: `${JSON.stringify(spec, null, 2)}\n` }
    },
    submit: async (request) => {
      const { workspaceId } = request.target
      const { jobIds, invitations } = await presences.get(workspaceId).sending.submit(request)
      return { keys: jobIds.map((id) => transferKey(workspaceId, id)), invitations }
    },
    shutdown: async () => {
      await within(shutdownLimitMs, async () => {
        await presences.shutDown(shutdownGraceMs)
        await disposer.dispose()
      })
      return null
    },
    [Symbol.asyncDispose]: () => disposer.dispose(),
  }
}

/** Ends in time whatever hangs: the process goes away right after. */
async function within(limitMs: number, work: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs)
  })
  await Promise.race([work(), limit])
  clearTimeout(timer)
}
