import { readFileSync } from 'node:fs'

/** Since some moment, in milliseconds. */
export interface ProcessorUse {
  /** Worked. */
  readonly usedMs: number
  /** Could have worked, but others had the processors; 0 where the system does not tell. */
  readonly waitedMs: number
}

const nanosecondsInMs = 1_000_000
/** Linux counts for each thread; elsewhere there is only what all threads of the process used. */
const threadFile = '/proc/thread-self/schedstat'
let hasThreadFile = process.platform === 'linux'

/** Of the calling thread on Linux, of the whole process elsewhere. */
export function processorUse(): ProcessorUse {
  if (hasThreadFile) {
    try {
      const [used = 0, waited = 0] = readFileSync(threadFile, 'latin1').split(' ').map(Number)
      return { usedMs: used / nanosecondsInMs, waitedMs: waited / nanosecondsInMs }
    } catch {
      // A kernel without these figures.
      hasThreadFile = false
    }
  }
  return { usedMs: processTimeMs(), waitedMs: 0 }
}

/** Processor time of the whole process: cheap enough to ask around single calls. */
export function processTimeMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
