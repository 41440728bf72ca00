import { closeSync, fstatSync, futimesSync, openSync, unlinkSync } from 'node:fs'
import { errnoOf } from '../../../platform/errno.ts'
import type { FolderTree } from '../folders/folder-tree.ts'
import { newPartialName } from '../names/names.ts'

/** What a file system can hold of a file's time. */
export interface TimeTraits {
  /** 2000 on FAT, which has even seconds only; else 1000, since times compare in whole seconds (DESIGN section 5). */
  readonly stepMs: 1000 | 2000
  readonly minMs: number
  readonly maxMs: number
}

const furthestMs = 8_640_000_000_000_000
export const anyTime: TimeTraits = { stepMs: 1000, minMs: -furthestMs, maxMs: furthestMs }
const oddSecond = 1_000_000_001

/** Tried with one empty file of our own, whose name is told before it is made; where the root may not be written, nothing is known. */
export function probeTimes(folders: FolderTree, onName: (name: string) => void = () => undefined): TimeTraits {
  const root = folders.freshFolder('')
  if (!root) return anyTime
  const name = newPartialName()
  onName(name)
  const at = root.child(name)
  try {
    const fd = openSync(at, 'wx', 0o600)
    try {
      const stepMs = timeOf(fd, oddSecond * 1000) < oddSecond * 1000 ? 2000 : 1000
      return { stepMs, minMs: timeOf(fd, -furthestMs), maxMs: timeOf(fd, furthestMs) }
    } finally {
      closeSync(fd)
      unlinkSync(at)
    }
  } catch (thrown) {
    if (errnoOf(thrown) === undefined) throw thrown
    return anyTime
  }
}

/** What becomes of a time: beyond what it can hold a file system keeps the nearest, or refuses. */
function timeOf(fd: number, timeMs: number): number {
  try {
    futimesSync(fd, new Date(timeMs), new Date(timeMs))
    return fstatSync(fd).mtimeMs
  } catch {
    return timeMs
  }
}

/** rsync's question, with the bounds and the step of the file system that keeps the file. Pure. */
export function isSameTime(listedMs: number, existingMs: number, traits: TimeTraits): boolean {
  const { stepMs, minMs, maxMs } = traits
  const heldMs = Math.max(minMs, Math.min(maxMs, listedMs))
  const apart = Math.abs(Math.floor(heldMs / 1000) - Math.floor(existingMs / 1000))
  return apart * 1000 < stepMs
}
