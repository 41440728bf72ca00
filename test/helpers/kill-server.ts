import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openSqlite } from '../../src/platform/sqlite.ts'
import type { OperationInput } from '../../src/shared/contract/operations.ts'
import type { JobId, WorkspaceId } from '../../src/shared/domain/ids.ts'
import { TestHost } from './client/test-host.ts'
import { admin, type Ready, ServedWorkspace } from './served-workspace.ts'
import { tempFolder } from './temp-folder.ts'

const writers = 4
const mostBeforeKill = 60

export interface KillFigures {
  readonly kills: number
  readonly acknowledged: number
  readonly lost: readonly string[]
  readonly transfersDone: number
  readonly slowestStartMs: number
}

/** What the server has said yes to; nothing else may be asked of it afterwards. */
interface Acknowledged {
  readonly id: JobId
  name: string
  priority: number
}

/**
 * Kills all processes of a served workspace again and again while people create and change jobs and a transfer runs, and
 * counts what was acknowledged and is not there afterwards.
 */
export async function killServer(kills: number): Promise<KillFigures> {
  const workspace = await ServedWorkspace.make()
  const folder = tempFolder()
  const sender = await openSender(await workspace.serve(['--backup-hours', '0']), folder)
  const known = new Map<JobId, Acknowledged>()
  const lost: string[] = []
  let transfersDone = 0
  let slowestStartMs = 0
  for (let kill = 1; kill <= kills; kill += 1) {
    const token = await workspace.signIn()
    const sending = await sendFile(workspace, sender, join(folder, `take-${kill}.bin`), kill)
    // From a kill among the very first answers to one after many, in no order.
    const enough = 1 + ((kill * 37) % mostBeforeKill)
    const fresh = new Map<JobId, Acknowledged>()
    await writeUntilKilled(workspace, token, fresh, `kill ${kill}`, enough)
    // With nobody there to close it: what is on the disk has to be whole as it is.
    const startedMs = performance.now()
    await workspace.serve(['--backup-hours', '0'])
    slowestStartMs = Math.max(slowestStartMs, performance.now() - startedMs)
    lost.push(...(await missing(workspace, await workspace.signIn(), fresh)))
    for (const [id, job] of fresh) known.set(id, job)
    await sender.untilStatus(sending.key, 'done', 60_000)
    if (!readFileSync(sending.arrived).equals(readFileSync(sending.path))) lost.push(`content of ${sending.arrived}`)
    transfersDone += 1
  }
  // What one start kept, the later ones have to keep as well.
  lost.push(...(await missing(workspace, await workspace.signIn(), known)))
  await workspace.stop()
  using database = openSqlite(join(workspace.folder, 'workspace/workspace.db'))
  const { integrity_check: found } = database.get<{ integrity_check: string }>('PRAGMA integrity_check') ?? {}
  if (found !== 'ok') lost.push(`integrity: ${found}`)
  return { kills, acknowledged: known.size, lost, transfersDone, slowestStartMs }
}

async function openSender({ address, fingerprint }: Ready, folder: string): Promise<TestHost> {
  const sender = await TestHost.start({ folder: join(folder, 'sender'), listens: true, limitBytesPerSecond: 3_000_000 })
  await sender.call('signInTo', { address, keyHash: fingerprint, ...admin, isHostedHere: false, isDemo: false })
  await sender.untilOnline()
  return sender
}

async function sendFile(workspace: ServedWorkspace, sender: TestHost, path: string, seed: number) {
  writeFileSync(path, Buffer.alloc(3_000_000, `take ${seed} `))
  const workspaceId = workspace.ready.workspaceId as WorkspaceId
  const [key] = await sender.send({
    items: [{ path, kind: 'file' }],
    target: { kind: 'share', workspaceId, code: 'projects', path: `kill-${seed}` },
  })
  if (key === undefined) throw new Error('nothing was sent')
  const arrived = join(workspace.folder, 'files/projects', `kill-${seed}`, path.split('/').at(-1) ?? '')
  return { key, path, arrived }
}

/** Several people at once; after `enough` answers everything is killed, in the middle of whatever is under way. */
async function writeUntilKilled(
  workspace: ServedWorkspace,
  token: string,
  known: Map<JobId, Acknowledged>,
  label: string,
  enough: number,
): Promise<void> {
  let answers = 0
  let killed: Promise<void> | undefined
  const write = async (writer: number) => {
    for (let round = 0; killed === undefined; round += 1) {
      try {
        const name = `${label} ${writer}/${round}`
        const created = await workspace.call('transfer/create', creation(name), token)
        for (const { id } of created.jobs) known.set(id, { id, name, priority: 500 })
        for (const { id } of created.jobs) {
          const priority = 1 + ((writer * 211 + round) % 999)
          await workspace.call('transfer/update', { id, priority }, token)
          known.set(id, { id, name, priority })
        }
      } catch (thrown) {
        if (killed === undefined) throw thrown
        return
      }
      answers += 1
      if (answers >= enough) killed ??= workspace.kill()
    }
  }
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)))
  await killed
}

/** Paused, so that nobody but the test changes it. */
function creation(name: string): OperationInput<'transfer/create'> {
  const tasks = [{ source: 'share=projects/none', destination: admin.email }]
  return { spec: { name, status: 'paused', tasks } } as unknown as OperationInput<'transfer/create'>
}

async function missing(
  workspace: ServedWorkspace,
  token: string,
  known: ReadonlyMap<JobId, Acknowledged>,
): Promise<string[]> {
  const found: string[] = []
  for (const { id, name, priority } of known.values()) {
    const job = await workspace.call('transfer/get', { id }, token).then(
      (answer) => answer.job,
      () => undefined,
    )
    // An update that was under way may have been done without having been answered.
    if (job === undefined || job.name !== name) found.push(`${name}: gone`)
    else if (job.priority !== priority && priority !== 500) found.push(`${name}: ${job.priority} for ${priority}`)
  }
  return found
}
