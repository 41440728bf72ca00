import { readFileSync } from 'node:fs'

/** What Linux counts in, in `/proc`. */
const ticksPerSecond = 100

interface ProcessorTime {
  readonly ownSeconds: number
  /** Of children that have ended and were waited for, and of theirs. */
  readonly childrenSeconds: number
}

/** User and system time of a process so far, all its threads together. */
export function processorTimeOf(pid: number): ProcessorTime {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The second field is a name in parentheses and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const secondsOf = (...numbers: number[]) =>
    numbers.reduce((sum, number) => sum + Number(fields[number - 3]), 0) / ticksPerSecond
  return { ownSeconds: secondsOf(14, 15), childrenSeconds: secondsOf(16, 17) }
}

export interface ResidentMemory {
  readonly nowBytes: number
  readonly peakBytes: number
}

export function residentMemoryOf(pid: number): ResidentMemory {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const bytesOf = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024
  return { nowBytes: bytesOf('VmRSS'), peakBytes: bytesOf('VmHWM') }
}
