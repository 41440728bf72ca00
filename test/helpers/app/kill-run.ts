import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TransferRow } from '../../../src/shared/contract/view.ts'
import { TernError } from '../../../src/shared/domain/errors.ts'
import { poll, type TernApp } from './launch-app.ts'
import { sendToShare } from './sending.ts'
import { makeTree, readTree } from './trees.ts'
import { onlineWorkspace } from './workspaces.ts'

export type Victim = 'engine' | 'storage' | 'main'

export interface KillRun {
  readonly victim: Victim
  readonly fileBytes: number
  /** Where in the file it dies, each as a part of it, in order. */
  readonly cuts: readonly number[]
  readonly bytesPerSecond: number
  /** Below this the tree to send is made and the storage lies. */
  readonly folder: string
  readonly storageFolder: string
  /** The same profile again, after main died. */
  readonly relaunch: () => Promise<TernApp>
}

export interface KillFigures {
  readonly victim: Victim
  /** Verified bytes when each kill came, as the window showed them. */
  readonly killedAtBytes: readonly number[]
  /** File content that crossed the wire more than once: the kills' cost. */
  readonly bytesSentAgain: number
  readonly isEqual: boolean
  readonly seconds: number
}

const name = 'Killed'

/**
 * Sends a folder with a large file into the share while `victim` dies by SIGKILL again and again, and waits until the
 * transfer is done by itself. Nobody presses Retry or Resume.
 */
export async function runKills(first: TernApp, run: KillRun): Promise<KillFigures> {
  let app = first
  const source = join(run.folder, 'rushes')
  await makeTree(source, { largeBytes: run.fileBytes, smallFiles: 30, depth: 3 })
  await app.call('preferences.set', { limitBytesPerSecond: run.bytesPerSecond })
  const idleBytes = run.victim === 'main' ? await bytesWrittenBy(await app.childPid('tern-storage')) : 0
  const startedAt = performance.now()
  await sendToShare(app, await onlineWorkspace(app), 'killed', source, { name })

  const killedAtBytes: number[] = []
  const writtenBytes: number[] = []
  for (const cut of run.cuts) {
    const atBytes = run.fileBytes * cut
    const service = run.victim === 'engine' ? 'tern-engine' : 'tern-storage'
    const servicePid = await app.childPid(service)
    const row = await untilRow(app, (seen) => verifiedBytes(seen) >= atBytes, `${run.victim} at ${atBytes} bytes`)
    if (row.status === 'done') throw new Error(`done before the cut at ${cut}: the limit did not hold`)
    killedAtBytes.push(verifiedBytes(row))
    if (run.victim === 'main') {
      writtenBytes.push(await bytesWrittenBy(servicePid))
      await app.killMain()
      app = await run.relaunch()
    } else {
      process.kill(servicePid, 'SIGKILL')
      await app.childPid(service, servicePid)
    }
  }
  await untilRow(app, (row) => row.status === 'done', 'the end')
  const seconds = (performance.now() - startedAt) / 1000

  const [before, after] = [await readTree(source), await readTree(join(run.storageFolder, 'projects/killed/rushes'))]
  const runs = await receivedByRuns(app.userData)
  // Where both sides died nobody could write down what the run had cost, but the system had counted it.
  const lost = run.victim === 'main' ? writtenBytes.map((bytes) => Math.max(0, bytes - idleBytes)) : []
  if (lost.length + runs.length !== run.cuts.length + 1)
    throw new Error(`${run.cuts.length} kills, but ${runs.length} runs that tell of themselves`)
  const receivedBytes = [...lost, ...runs].reduce((sum, bytes) => sum + bytes, 0)
  const contentBytes = before.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  return {
    victim: run.victim,
    killedAtBytes,
    bytesSentAgain: Math.max(0, receivedBytes - contentBytes),
    isEqual: JSON.stringify(before) === JSON.stringify(after),
    seconds,
  }
}

/** One line for the record. */
export function killSentence(figures: KillFigures): string {
  const mebibytes = (bytes: number) => (bytes / (1 << 20)).toFixed(1)
  const points = figures.killedAtBytes.map(mebibytes)
  return (
    `kill -9 of ${figures.victim}: ${figures.killedAtBytes.length} times at ${points.join(', ')} MiB verified; ` +
    `${mebibytes(figures.bytesSentAgain)} MiB sent again; ${figures.seconds.toFixed(1)} s`
  )
}

function verifiedBytes(row: TransferRow): number {
  return row.progress?.bytesVerified ?? row.bytesDone
}

/** While a process is away there is no answer; that is part of what is tested. */
function untilRow(app: TernApp, wanted: (row: TransferRow) => boolean, what: string): Promise<TransferRow> {
  let last: TransferRow | undefined
  return poll(
    async () => {
      try {
        const { rows } = await app.call('transfers.snapshot', {})
        last = rows.find((row) => row.name === name) ?? last
      } catch (thrown) {
        if (!(thrown instanceof TernError && thrown.code === 'PROCESS_LOST')) throw thrown
        return undefined
      }
      return last && wanted(last) ? last : undefined
    },
    what,
    60_000,
  ).catch((failure: Error) => {
    throw new Error(`${failure.message}; last seen: ${JSON.stringify(last)}`)
  })
}

/**
 * Bytes that a process has written so far, as Linux counts them. A storage process that receives one large file writes
 * hardly anything but its content.
 */
async function bytesWrittenBy(pid: number): Promise<number> {
  const counters = await readFile(`/proc/${pid}/io`, 'utf8')
  return Number(/^wchar: (\d+)$/m.exec(counters)?.[1])
}

/** File content that crossed the wire in each run of the profile's only job of which either side could tell the end. */
async function receivedByRuns(userData: string): Promise<readonly number[]> {
  const runs = new Map<number, number>()
  for (const file of ['storage.log', 'engine.log']) {
    const text = await readFile(join(userData, 'logs', file), 'utf8')
    for (const line of text.split('\n')) {
      if (!line.includes('"figures at the end"')) continue
      const { epoch, bytesReceived } = JSON.parse(line) as { epoch: number; bytesReceived: number }
      runs.set(epoch, Math.max(runs.get(epoch) ?? 0, bytesReceived))
    }
  }
  return [...runs.values()]
}
