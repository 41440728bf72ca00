import { nowMs } from '../../platform/clock.ts'
import type { EngineCommands, KnownSession, PresencesView } from '../../shared/contract/engine-process.ts'
import type { OperationOutput } from '../../shared/contract/operations.ts'
import type { InvitationCheck } from '../../shared/contract/view.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { WorkspaceId } from '../../shared/domain/ids.ts'
import { parseInvitation } from '../connection/invitation.ts'
import type { PinnedAddress } from '../connection/pinned-tls.ts'
import { WorkspaceConnection } from '../connection/workspace-connection.ts'
import type { HostEvents, HostParts } from '../host-parts.ts'
import { Presence } from './presence.ts'
import type { PresenceRecord } from './presence-store.ts'

type Input<Name extends keyof EngineCommands> = Parameters<EngineCommands[Name]>[0]
type Session = OperationOutput<'session/login'>
type Origin = { readonly isHostedHere: boolean; readonly isDemo: boolean }

const publishDelayMs = 50

/** The workspaces that this host is in: joining, signing in and out, leaving, and how they look together. */
export class Presences implements AsyncDisposable {
  readonly #parts: Omit<HostParts, 'onPresences'>
  readonly #events: HostEvents
  readonly #presences = new Map<WorkspaceId, Presence>()
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(parts: Omit<HostParts, 'onPresences'>, events: HostEvents) {
    this.#parts = parts
    this.#events = events
  }

  /** Takes up the workspaces of the last run, each with its session where there is one. */
  start(): void {
    for (const record of this.#parts.presenceStore.all()) {
      const session = this.#parts.setup.sessions.find((one) => isSessionOf(record, one))
      this.#open(record, session?.sessionToken)
    }
    this.publish()
  }

  all(): readonly Presence[] {
    return [...this.#presences.values()]
  }

  /** Fails with NOT_FOUND. */
  get(id: WorkspaceId): Presence {
    const presence = this.#presences.get(id)
    if (!presence) throw new TernError('NOT_FOUND', { kind: 'workspace', id })
    return presence
  }

  view(): PresencesView {
    const all = this.all().map((presence) => ({ presence, mirror: presence.mirror, id: presence.workspaceId }))
    return {
      workspaces: all.map(({ presence }) => presence.view()),
      people: all.flatMap(({ mirror, id, presence }) =>
        [...mirror.users.values()].map((user) => ({
          workspaceId: id,
          userId: user.id,
          name: user.name,
          email: user.email,
          role: user.role,
          online: user.online,
          ...(user.lastSeenAtMs !== undefined && { sinceMs: user.lastSeenAtMs }),
          isMe: user.id === presence.record.me.userId,
          isInvited: user.status === 'invited',
        })),
      ),
      sites: all.flatMap(({ mirror, id }) =>
        [...mirror.sites.values()].map((site) => ({
          workspaceId: id,
          code: site.code,
          online: site.online,
          ...(site.lastSeenAtMs !== undefined && { sinceMs: site.lastSeenAtMs }),
        })),
      ),
      shares: all.flatMap(({ mirror, id, presence }) =>
        [...mirror.shares.values()].map(({ code, name, kind, siteCode, userId, isDefault, mayRead, mayWrite }) => ({
          workspaceId: id,
          code,
          name,
          kind,
          siteCode,
          isMine: userId !== undefined && userId === presence.record.me.userId,
          isDefault,
          mayRead,
          mayWrite,
        })),
      ),
    }
  }

  /** Gathers what changes together, such as a snapshot's tables. */
  publish(): void {
    if (this.#isClosed) return
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#events.presences(this.view())
    }, publishDelayMs)
  }

  async checkInvitation(text: string): Promise<InvitationCheck> {
    const { code, ...server } = parseInvitation(text)
    const { workspace, invitedBy, email } = await WorkspaceConnection.callOnce(server, 'invitation/inspect', { code })
    return { ...server, workspaceName: workspace.name, invitedBy, ...(email !== undefined && { email }) }
  }

  async join({ invitation, name, email, password }: Input<'join'>): Promise<{ workspaceId: WorkspaceId }> {
    const { code, ...server } = parseInvitation(invitation)
    const request = { code, email, name, password, machine: this.#machine() }
    const session = await WorkspaceConnection.callOnce(server, 'session/join', request)
    return this.#enter(server, session, { isHostedHere: false, isDemo: false })
  }

  /** This machine becomes a server of the site that the invitation is for. */
  async joinServer({ invitation }: Input<'joinServer'>): Promise<{ workspaceId: WorkspaceId }> {
    const { code, ...server } = parseInvitation(invitation)
    const { name, keyHash } = this.#machine()
    const session = await WorkspaceConnection.callOnce(server, 'session/join-server', {
      code,
      machine: { name, keyHash },
    })
    return this.#enter(server, session, { isHostedHere: false, isDemo: false })
  }

  /** With an account that exists, at the server of that key and no other. Fails with BAD_CREDENTIALS, KEY_MISMATCH. */
  async signInTo(input: Input<'signInTo'>): Promise<{ workspaceId: WorkspaceId }> {
    const { address, keyHash, email, password, isHostedHere, isDemo } = input
    const server = { address, keyHash }
    const request = { email, password, machine: this.#machine() }
    const session = await WorkspaceConnection.callOnce(server, 'session/login', request)
    return this.#enter(server, session, { isHostedHere, isDemo })
  }

  async signIn({ workspaceId, password }: Input<'signIn'>): Promise<void> {
    const presence = this.get(workspaceId)
    const { address, keyHash, me, isHostedHere, isDemo } = presence.record
    const request = { email: me.email, password, machine: this.#machine() }
    const session = await WorkspaceConnection.callOnce({ address, keyHash }, 'session/login', request)
    if (session.workspace.id !== workspaceId) throw new TernError('CONFLICT', { workspaceId })
    await this.#enter({ address, keyHash }, session, { isHostedHere, isDemo })
  }

  /** With a session that was issued elsewhere; who it belongs to is asked of the workspace. */
  async attach(input: Input<'attach'>): Promise<void> {
    const { workspaceId, address, keyHash, sessionToken, isHostedHere, isDemo } = input
    const known = this.#presences.get(workspaceId)
    if (known && known.record.address === address && known.record.keyHash === keyHash) {
      known.changeSession(sessionToken)
      return
    }
    const server = { address, keyHash }
    const {
      workspace,
      me: user,
      clientId,
    } = await WorkspaceConnection.callOnce(server, 'workspace/snapshot', {}, sessionToken)
    if (workspace.id !== workspaceId || clientId === undefined) throw new TernError('CONFLICT', { workspaceId })
    const owner = { workspace, user, clientId }
    const record = this.#recordOf(server, owner, { isHostedHere, isDemo })
    await this.#replace(record, sessionToken)
  }

  async signOut(workspaceId: WorkspaceId): Promise<void> {
    const presence = this.get(workspaceId)
    // The session ends here in any case; an unreachable workspace lets it lapse by itself.
    await presence.connection.call('session/logout', {}, { timeoutMs: 3000 }).catch(() => undefined)
    presence.changeSession(undefined)
    this.#events.session({ workspaceId, email: presence.record.me.email })
    this.publish()
  }

  /** Leaves, and forgets everything of this workspace on this machine. */
  async forget(workspaceId: WorkspaceId): Promise<void> {
    const presence = this.get(workspaceId)
    const { presenceStore, grants, outbox, peerKeys, remembered } = this.#parts
    if (presence.connection.sessionToken !== undefined) await this.signOut(workspaceId)
    this.#presences.delete(workspaceId)
    await presence[Symbol.asyncDispose]()
    presence.rows.clear()
    await Promise.all([presenceStore, grants, outbox, peerKeys, remembered].map((store) => store.forget(workspaceId)))
    this.publish()
  }

  provideSessions(sessions: Input<'provideSessions'>['sessions']): void {
    for (const session of sessions) {
      const presence = this.#presences.get(session.workspaceId)
      if (presence && isSessionOf(presence.record, session)) presence.changeSession(session.sessionToken)
    }
  }

  async shutDown(graceMs: number): Promise<void> {
    this.#close()
    await Promise.all(this.all().map((presence) => presence.shutDown(graceMs)))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#close()
    await Promise.all(this.all().map((presence) => presence[Symbol.asyncDispose]()))
  }

  #close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }

  #machine() {
    const { computerName, kind } = this.#parts.setup
    return { name: computerName, kind, keyHash: this.#parts.keyHash }
  }

  async #enter(server: PinnedAddress, session: Session, origin: Origin): Promise<{ workspaceId: WorkspaceId }> {
    const { workspace, user, client, sessionToken } = session
    const workspaceId = workspace.id
    this.#assertSameServer(server, workspaceId)
    this.#events.session({ workspaceId, email: user.email, sessionToken })
    // Who signs in to it as to any other does not make it less of this computer's own.
    const known = this.#presences.get(workspaceId)?.record
    const isHostedHere = origin.isHostedHere || known?.isHostedHere === true
    const isDemo = origin.isDemo || known?.isDemo === true
    const record = this.#recordOf(server, { workspace, user, clientId: client.id }, { isHostedHere, isDemo })
    await this.#replace(record, sessionToken)
    return { workspaceId }
  }

  /**
   * A workspace says its own id, and sessions, grants and places are kept by it: a stranger that claims the id of one that
   * is known here must not come by them. Fails with KEY_MISMATCH.
   */
  #assertSameServer(server: PinnedAddress, workspaceId: WorkspaceId): void {
    const known = this.#presences.get(workspaceId)?.record
    if (known && known.keyHash !== server.keyHash) throw new TernError('KEY_MISMATCH', { address: server.address })
  }

  #recordOf(
    server: PinnedAddress,
    { workspace, user, clientId }: Pick<Session, 'workspace' | 'user'> & { clientId: PresenceRecord['clientId'] },
    origin: Origin,
  ): PresenceRecord {
    const { id: userId, name, email, role } = user
    const known = this.#parts.presenceStore.all().find((record) => record.workspaceId === workspace.id)
    return {
      workspaceId: workspace.id,
      address: server.address,
      keyHash: server.keyHash,
      code: workspace.code,
      name: workspace.name,
      me: { userId, name, email, role },
      clientId,
      ...origin,
      joinedAtMs: known?.joinedAtMs ?? nowMs(),
    }
  }

  async #replace(record: PresenceRecord, sessionToken: string): Promise<void> {
    const before = this.#presences.get(record.workspaceId)
    if (before) {
      await before.shutDown(0)
      before.rows.clear()
    }
    await this.#parts.presenceStore.put(record)
    this.#open(record, sessionToken)
    this.publish()
  }

  #open(record: PresenceRecord, sessionToken: string | undefined): void {
    const parts: HostParts = { ...this.#parts, onPresences: () => this.publish() }
    const presence = new Presence(record, sessionToken, parts)
    this.#presences.set(record.workspaceId, presence)
    presence.start()
  }
}

/** Another person of the same workspace may have signed in on this desktop too. */
function isSessionOf(record: PresenceRecord, session: KnownSession): boolean {
  return session.workspaceId === record.workspaceId && (session.email ?? record.me.email) === record.me.email
}
