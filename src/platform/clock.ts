import { performance } from 'node:perf_hooks'

/** Milliseconds that never jump: for durations, leases and speeds. */
export function monotonicMs(): number {
  return performance.now()
}

/** Wall time for people and records. */
export function nowMs(): number {
  return Date.now()
}
