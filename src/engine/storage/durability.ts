import { spawn } from 'node:child_process'
import { closeSync, constants, fsync, openSync, statfsSync } from 'node:fs'
import { release } from 'node:os'
import { promisify } from 'node:util'
import { monotonicMs } from '../../platform/clock.ts'
import { errnoOf } from '../../platform/errno.ts'

const syncFile = promisify(fsync)
const inFlight = 16
/** Below this a program start costs more than it can save. */
const minFilesForWhole = 64
/** Milliseconds a file; more means that the flush waits for someone else's data. */
const cheapFlushMs = 0.5
const batchesPerTrial = 64
const tmpfsType = 0x01021994
const ramfsType = 0x858458f6

/** A handle to sync through; Windows wants one that may write. */
const syncFlags = (process.platform === 'win32' ? constants.O_RDWR : constants.O_RDONLY) | (constants.O_NOFOLLOW ?? 0)

/**
 * Makes many files durable at once. Two ways: an fsync for each through the thread pool, or one flush of the whole file
 * system (`sync -f`), which is about twice as fast for many small files but waits for other writers too. What each costs
 * a file is measured as it goes: while the flush is cheap it is taken, else the cheaper one, the other tried at times.
 * A file system in memory has nothing to make durable.
 */
export class Durability {
  /** False: in memory only, what is written is as durable as it will ever be. */
  readonly isNeeded: boolean
  readonly #folderPath: string
  readonly #whole = new Cost()
  readonly #each = new Cost()
  #canFlushWhole: boolean
  #batches = 0

  /** `folderPath`: any folder on the file system in question. */
  constructor(folderPath: string) {
    this.#folderPath = folderPath
    this.isNeeded = !isMemory(folderPath)
    this.#canFlushWhole = this.isNeeded && reportsWriteErrors(process.platform, release())
  }

  /**
   * Makes closed files durable that lie on the root's own file system. `paths`: each as a file call takes it at the moment
   * of its turn. True: and with them everything else that was written to that file system before. Throws system errors.
   */
  async sync(count: number, paths: () => Iterable<string>): Promise<boolean> {
    if (!this.isNeeded) return true
    if (count === 0) return false
    const startedAtMs = monotonicMs()
    this.#batches += 1
    if (this.#shouldFlushWhole(count) && (await this.#flushWhole())) {
      this.#whole.add((monotonicMs() - startedAtMs) / count)
      return true
    }
    await this.syncEach(paths())
    if (count >= minFilesForWhole) this.#each.add((monotonicMs() - startedAtMs) / count)
    return false
  }

  /** The same for files on any file system. They are opened anew: thousands of them cannot all stay open. */
  async syncEach(paths: Iterable<string>): Promise<void> {
    const rest = paths[Symbol.iterator]()
    let isEnded = false
    const lane = async (): Promise<void> => {
      for (let next = rest.next(); !next.done; next = rest.next()) await syncPath(next.value)
      isEnded = true
    }
    const lanes: Promise<void>[] = []
    // Mostly there is nothing at all to be made durable in this way.
    while (!isEnded && lanes.length < inFlight) lanes.push(lane())
    for (const ended of await Promise.allSettled(lanes)) if (ended.status === 'rejected') throw ended.reason
  }

  #shouldFlushWhole(files: number): boolean {
    if (!this.#canFlushWhole || files < minFilesForWhole) return false
    // Also when untried; a lone writer's flush stays far below.
    if (this.#whole.value < cheapFlushMs) return true
    const isTrial = this.#batches % batchesPerTrial === 0
    return this.#whole.value <= this.#each.value !== isTrial
  }

  async #flushWhole(): Promise<boolean> {
    const fd = openSync(this.#folderPath, constants.O_RDONLY | constants.O_DIRECTORY)
    try {
      const isFlushed = await runSync(fd)
      // Absent or refused once, absent for good.
      if (!isFlushed) this.#canFlushWhole = false
      return isFlushed
    } finally {
      closeSync(fd)
    }
  }
}

/** A moving average that starts at nought, so that each way is tried first. */
class Cost {
  value = 0

  add(sample: number): void {
    this.value = this.value === 0 ? sample : this.value * 0.3 + sample * 0.7
  }
}

async function syncPath(path: string): Promise<void> {
  const fd = openSync(path, syncFlags)
  try {
    await syncFile(fd)
  } finally {
    closeSync(fd)
  }
}

/** `sync` of coreutils flushes the file system of its standard input's folder and fails when any write-back failed. */
function runSync(folderFd: number): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn('sync', ['-f', '/proc/self/fd/0'], {
      stdio: [folderFd, 'ignore', 'ignore'],
      env: { PATH: '/usr/bin:/bin' },
    })
    child.once('error', () => resolve(false))
    child.once('exit', (code) => resolve(code === 0))
  })
}

/** Before Linux 5.8 a flush of the whole file system said nothing of failed writes. */
export function reportsWriteErrors(platform: NodeJS.Platform, kernelRelease: string): boolean {
  const [major = 0, minor = 0] = kernelRelease.split('.').map((part) => Number.parseInt(part, 10))
  return platform === 'linux' && (major > 5 || (major === 5 && minor >= 8))
}

function isMemory(folderPath: string): boolean {
  try {
    const { type } = statfsSync(folderPath)
    return process.platform === 'linux' && (type === tmpfsType || type === ramfsType)
  } catch (thrown) {
    if (errnoOf(thrown) === undefined) throw thrown
    return false
  }
}
