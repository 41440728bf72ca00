import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { createEngine, directRoute, type FoundNames, type ItemOutcome, type ReceiveRequest } from '../engine/index.ts'
import { createHostIdentity } from '../platform/certificate.ts'
import { silentLogger } from '../platform/logger.ts'
import { TernError } from '../shared/domain/errors.ts'
import type { Settings } from '../shared/domain/settings/settings.ts'
import { ItemRules, requestRules } from './dispatches/item-rules.ts'

export interface FoldersToPlan {
  /** A file or a folder of this machine. */
  readonly source: string
  /** As in a job: with a slash at its end the source goes into it, without one it gets that name. */
  readonly destination: string
  readonly settings: Settings
}

export interface PlannedFolders extends ItemOutcome {
  /** What the destination's disk cannot hold, and what it would be called there. */
  readonly names: FoundNames['names']
}

/**
 * What a job between two places of this machine would do, told by a real transfer that writes nothing: both sides run here and
 * meet on loopback. Notes name the first hundred of each kind.
 * @throws TernError what keeps it from being told, such as SOURCE_NOT_FOUND, SYNC_GUARD
 */
export async function planFolders({ source, destination, settings }: FoldersToPlan): Promise<PlannedFolders> {
  const state = await mkdtemp(join(tmpdir(), 'tern-plan-'))
  try {
    const from = sourceOf(source)
    const [own, peer] = await Promise.all([createHostIdentity('plan-from'), createHostIdentity('plan-to')])
    const shared = { logger: silentLogger, stateFolder: state }
    await using sender = await createEngine({ ...shared, identity: own })
    await using receiver = await createEngine({ ...shared, identity: peer, listen: { host: '127.0.0.1', port: 0 } })
    if (!receiver.listening) throw new TernError('INTERNAL', { what: 'no listener' })
    const rules = new ItemRules({ settings })
    const task = { settings: {} }
    const run = { transferId: randomBytes(12).toString('hex'), epoch: 1, ticket: randomBytes(32).toString('base64url') }
    const names: FoundNames['names'][number][] = []
    const request: ReceiveRequest = {
      ...run,
      role: 'receive',
      peerKeyHash: own.keyHash,
      routes: [],
      acceptsIncoming: true,
      resumeKey: 'plan',
      ...requestRules(settings),
      tells: new Set(['placed', 'replaced', 'removed', 'left']),
      isDryRun: true,
      items: [{ itemId: '0', ...(await landingOf(destination)), ...rules.ofReceiving(task) }],
    }
    const receiving = receiver.start(request, { onNames: (found) => names.push(...found.names) })
    const sending = sender.start({
      ...run,
      role: 'send',
      peerKeyHash: peer.keyHash,
      routes: [directRoute(receiver.listening)],
      acceptsIncoming: false,
      items: [{ itemId: '0', ...from, ...rules.ofSending(task) }],
    })
    const [received] = await Promise.all([receiving.outcome, sending.outcome])
    const error = received.error ?? received.items[0]?.error
    // As it was asked for: joined to the root of a disk it would have two slashes and read like a Windows share.
    if (error?.code === 'SOURCE_NOT_FOUND' && error.params?.path === `${from.root}/${from.path}`) {
      throw new TernError('SOURCE_NOT_FOUND', { path: resolve(source) })
    }
    if (error) throw TernError.fromEnvelope(error)
    return { ...(received.items[0] ?? fail()), names }
  } finally {
    await rm(state, { recursive: true, force: true })
  }
}

function fail(): never {
  throw new TernError('INTERNAL', { what: 'nothing planned' })
}

/** From the folder that holds it, so that it keeps its name. */
function sourceOf(source: string): { root: string; path: string } {
  const path = resolve(source)
  const root = dirname(path)
  return root === path ? { root, path: '' } : { root, path: basename(path) }
}

/** From the nearest folder that is there: the others would be made. */
async function landingOf(destination: string): Promise<{ root: string; path: string; placement: 'into' | 'as' }> {
  const path = resolve(destination)
  let root = path
  while (dirname(root) !== root && !(await isFolder(root))) root = dirname(root)
  const placement = /[\\/]$/.test(destination) ? 'into' : 'as'
  return { root, path: relative(root, path).split(sep).join('/'), placement }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    return false
  }
}
