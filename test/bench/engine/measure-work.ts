import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Disposer } from '../../../src/platform/disposer.ts'
import type { Peer } from './peer.ts'
import { startRclone } from './peers/rclone.ts'
import { startRsyncDaemon } from './peers/rsync-daemon.ts'
import { rsyncOverSsh } from './peers/rsync-ssh.ts'
import { type SshServer, startSshServer } from './peers/ssh-server.ts'
import { startSlowLink } from './slow-link.ts'
import { lowerBoundOfMedian, median } from './statistics.ts'
import { startTernPair } from './tern-pair.ts'
import type { Comparison, Leg, Work } from './works.ts'

export interface BenchResult {
  readonly work: string
  readonly leg: Leg
  readonly peer: string
  /** The median over all pairs of the peer's time by ours: above 1 Tern is faster. */
  readonly ratio: number
  /** The median is not lower than this, with a confidence of 95 %. */
  readonly lower: number
  readonly floor: number
  readonly goal: number
  readonly oursSeconds: number
  readonly peerSeconds: number
  readonly runs: number
  /** User and system time of both sides, where both can be told. */
  readonly oursProcessorSecondsPerGibibyte?: number
  readonly peerProcessorSecondsPerGibibyte?: number
}

export interface MeasureOptions {
  /** Where bundled processes lie. */
  readonly bundleFolder: string
  /** An empty folder on the medium of the work's leg. */
  readonly root: string
  /** In place of the work's own number. */
  readonly pairs?: number
}

interface Run {
  readonly seconds: number
  readonly processorSeconds: number | undefined
}

interface Contender {
  readonly comparison: Comparison
  readonly name: string
  /** Absent: what a bare link would take, which is known without a run. */
  readonly peer?: Peer
}

const gibibyte = 1024 ** 3

/** Runs Tern and its peers in turns on the same files; the first turn only warms up. */
export async function measureWork(work: Work, options: MeasureOptions): Promise<BenchResult[]> {
  const { root, bundleFolder } = options
  const source = join(root, 'source')
  mkdirSync(source)
  work.makeSource(source)
  await using stack = new Disposer()
  const ssh = stack.use(await startSshServer(root))
  const pair = stack.use(await startTernPair(bundleFolder, root))
  const daemon = stack.use(await startRsyncDaemon(root, work.leg === 'disk'))
  const far = async (port: number) =>
    work.link ? stack.use(await startSlowLink(bundleFolder, { ...work.link, targetPort: port })).port : port
  const tern = pair.through(await far(pair.port))
  const contenders: Contender[] = []
  for (const comparison of work.comparisons) {
    if (comparison.peer === 'link') {
      contenders.push({ comparison, name: 'the link itself' })
      continue
    }
    const peer =
      comparison.peer === 'rsync-daemon'
        ? daemon.through(await far(daemon.port))
        : stack.use(await startByKind(comparison.peer, root, source, ssh))
    contenders.push({ comparison, name: peer.name, peer })
  }

  const target = join(root, 'target')
  let runs = 0
  const runOnce = async (peer: Peer): Promise<Run> => {
    runs += 1
    const own = work.isTargetFresh ? join(root, `fresh-${runs}`) : target
    if (work.isTargetFresh) makeTarget(work, source, own)
    // What the run before has left to the disk, and what was removed of it, is not this one's to wait for.
    if (work.leg === 'disk') execFileSync('sync', ['-f', root])
    const startedMs = performance.now()
    const { processorSeconds } = await peer.copy({ source, target: own })
    const seconds = (performance.now() - startedMs) / 1000
    if (work.isTargetFresh && !work.keepsTargets) rmSync(own, { recursive: true })
    return { seconds, processorSeconds }
  }
  if (!work.isTargetFresh) makeTarget(work, source, target)
  const ours: Run[] = []
  const theirs = contenders.map((): Run[] => [])
  const pairs = options.pairs ?? work.pairs
  for (let round = 0; round <= pairs; round += 1) {
    const run = await runOnce(tern)
    if (round > 0) ours.push(run)
    for (const [index, { peer }] of contenders.entries()) {
      const seconds = work.sizeBytes / (work.link?.bytesPerSecond ?? Number.POSITIVE_INFINITY)
      const other = peer ? await runOnce(peer) : { seconds, processorSeconds: undefined }
      if (round > 0) theirs[index]?.push(other)
    }
  }
  return contenders.map((contender, index) => resultOf(work, contender, ours, theirs[index] ?? []))
}

function startByKind(kind: 'rsync-ssh' | 'rclone', root: string, source: string, ssh: SshServer): Promise<Peer> {
  if (kind === 'rsync-ssh') return Promise.resolve(rsyncOverSsh(ssh))
  const target = join(root, 'trial')
  mkdirSync(target)
  return startRclone(root, ssh, { source, target })
}

function makeTarget(work: Work, source: string, target: string): void {
  mkdirSync(target)
  work.fillTarget?.(source, target)
}

function resultOf(
  work: Work,
  { comparison, name }: Contender,
  ours: readonly Run[],
  theirs: readonly Run[],
): BenchResult {
  const ratios = ours.map((run, index) => (theirs[index]?.seconds ?? Number.NaN) / run.seconds)
  const perGibibyte = (runs: readonly Run[]) => {
    const known = runs.flatMap(({ processorSeconds }) => (processorSeconds === undefined ? [] : [processorSeconds]))
    // Of less it would say what starting costs.
    const isTold = known.length > 0 && work.sizeBytes >= gibibyte
    return isTold ? median(known) / (work.sizeBytes / gibibyte) : undefined
  }
  const [oursProcessor, peerProcessor] = [perGibibyte(ours), perGibibyte(theirs)]
  return {
    work: work.name,
    leg: work.leg,
    peer: name,
    ratio: median(ratios),
    lower: lowerBoundOfMedian(ratios),
    floor: comparison.floor,
    goal: comparison.goal,
    oursSeconds: median(ours.map(({ seconds }) => seconds)),
    peerSeconds: median(theirs.map(({ seconds }) => seconds)),
    runs: ratios.length,
    ...(oursProcessor !== undefined && peerProcessor !== undefined
      ? { oursProcessorSecondsPerGibibyte: oursProcessor, peerProcessorSecondsPerGibibyte: peerProcessor }
      : {}),
  }
}
