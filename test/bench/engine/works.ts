import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { changeBlocks, writeFiles, writeRandomFile } from './trees.ts'

const gibibyte = 1024 ** 3
const mebibyte = 1024 ** 2

export type Leg = 'memory' | 'disk'
export type PeerKind = 'rsync-ssh' | 'rsync-daemon' | 'rclone' | 'link'

/** What is compared with whom, and how much Tern has to reach (`floor`) and is after (`goal`): their time by ours. */
export interface Comparison {
  readonly peer: PeerKind
  readonly floor: number
  readonly goal: number
}

export interface Work {
  readonly name: string
  readonly leg: Leg
  readonly pairs: number
  /** Makes what is copied in this folder, which is there and empty. */
  makeSource(folder: string): void
  /** Makes what a target holds beforehand; absent: nothing. */
  fillTarget?(source: string, target: string): void
  /** Every round begins with a target of its own; false: all rounds find what `fillTarget` made. */
  readonly isTargetFresh: boolean
  /**
   * They are removed at the very end: ext4 gives out no number of a file that was removed less than five minutes ago, and
   * for each new file it looks past all of them (Tern's copy of 20,000 took 5 s instead of 0.7 s, rsync's 7.8 s instead of 5.6 s).
   */
  readonly keepsTargets?: true
  readonly link?: { readonly roundTripMs: number; readonly bytesPerSecond?: number }
  readonly sizeBytes: number
  readonly comparisons: readonly Comparison[]
}

const largeBytes = 2 * gibibyte
const farLargeBytes = gibibyte
const changedShare = 0.01
const changedName = 'file.bin'

const large = {
  name: 'large',
  pairs: 8,
  makeSource: (folder: string) => writeRandomFile(join(folder, 'file.bin'), largeBytes),
  isTargetFresh: true,
  sizeBytes: largeBytes,
}

const small = {
  name: 'small',
  pairs: 21,
  makeSource: (folder: string) => writeFiles(folder, 20_000, 100, 4096),
  isTargetFresh: true,
  sizeBytes: 20_000 * 4096,
}

export const works: readonly Work[] = [
  {
    ...large,
    leg: 'memory',
    comparisons: [
      { peer: 'rsync-ssh', floor: 1.6, goal: 3 },
      { peer: 'rclone', floor: 1.2, goal: 2 },
      { peer: 'rsync-daemon', floor: 0.55, goal: 0.9 },
    ],
  },
  { ...large, leg: 'disk', comparisons: [{ peer: 'rsync-daemon', floor: 0.7, goal: 1 }] },
  {
    ...small,
    leg: 'memory',
    comparisons: [
      { peer: 'rsync-ssh', floor: 2.5, goal: 4 },
      { peer: 'rsync-daemon', floor: 1.1, goal: 1.8 },
    ],
  },
  { ...small, leg: 'disk', keepsTargets: true, comparisons: [{ peer: 'rsync-daemon', floor: 2, goal: 4 }] },
  {
    name: 'frames',
    leg: 'memory',
    pairs: 8,
    makeSource: (folder) => {
      for (let frame = 1001; frame <= 1200; frame += 1) {
        writeRandomFile(join(folder, `plate.${frame}.exr`), 12 * mebibyte)
      }
    },
    isTargetFresh: true,
    sizeBytes: 200 * 12 * mebibyte,
    comparisons: [{ peer: 'rsync-ssh', floor: 1.6, goal: 3 }],
  },
  {
    name: 'unchanged',
    leg: 'memory',
    pairs: 11,
    makeSource: (folder) => writeFiles(folder, 200_000, 1000, 16),
    fillTarget: (source, target) => cpSync(source, target, { recursive: true, preserveTimestamps: true }),
    isTargetFresh: false,
    sizeBytes: 200_000 * 16,
    comparisons: [{ peer: 'rsync-daemon', floor: 0.9, goal: 1.5 }],
  },
  {
    name: 'changed',
    leg: 'memory',
    pairs: 8,
    makeSource: (folder) => {
      writeRandomFile(join(folder, changedName), largeBytes)
      // The older version, beside what is copied.
      mkdirSync(olderOf(folder))
      cpSync(join(folder, changedName), join(olderOf(folder), changedName), { preserveTimestamps: true })
      changeBlocks(join(folder, changedName), largeBytes, changedShare)
    },
    fillTarget: (source, target) => cpSync(olderOf(source), target, { recursive: true, preserveTimestamps: true }),
    isTargetFresh: true,
    sizeBytes: largeBytes,
    comparisons: [{ peer: 'rsync-daemon', floor: 1, goal: 3 }],
  },
  {
    ...small,
    name: 'far-small',
    leg: 'memory',
    pairs: 8,
    link: { roundTripMs: 100 },
    comparisons: [{ peer: 'rsync-daemon', floor: 1, goal: 1.5 }],
  },
  {
    name: 'far-large',
    leg: 'memory',
    pairs: 7,
    makeSource: (folder) => writeRandomFile(join(folder, 'file.bin'), farLargeBytes),
    isTargetFresh: true,
    link: { roundTripMs: 100, bytesPerSecond: 125_000_000 },
    sizeBytes: farLargeBytes,
    comparisons: [{ peer: 'link', floor: 0.7, goal: 0.9 }],
  },
]

function olderOf(source: string): string {
  return `${source}-older`
}
