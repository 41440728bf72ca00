/**
 * Processor time that a call takes, in milliseconds: unlike the clock's, it does not grow when other work shares the
 * machine.
 */
export function cpuMs(work: () => void): number {
  const before = process.cpuUsage()
  work()
  return process.cpuUsage(before).user / 1000
}
