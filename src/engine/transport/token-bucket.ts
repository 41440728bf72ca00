const burstMs = 40
const minBurstBytes = 4 * 1024
/** Nobody waits a time too short to pass for what was lost in counting. */
const lostInFractions = 0.01

/** What one limit has let through: fills up with time, never by more than a short burst or what is asked for in one go. */
export class TokenBucket {
  bytesPerSecond: number | undefined
  #available = 0
  #countedAtMs: number

  constructor(nowMs: number) {
    this.#countedAtMs = nowMs
  }

  /** Bytes a second; undefined: no limit. */
  setLimit(bytesPerSecond: number | undefined, nowMs: number): void {
    this.#refill(nowMs, 0)
    this.bytesPerSecond = bytesPerSecond === undefined ? undefined : Math.max(1, bytesPerSecond)
    this.#available = Math.min(Math.max(this.#available, 0), this.#burstBytes)
  }

  /** Milliseconds until so many bytes may pass. */
  waitMs(bytes: number, nowMs: number): number {
    if (this.bytesPerSecond === undefined) return 0
    this.#refill(nowMs, bytes)
    const missing = bytes - this.#available
    return missing <= lostInFractions ? 0 : (missing / this.bytesPerSecond) * 1000
  }

  take(bytes: number): void {
    if (this.bytesPerSecond !== undefined) this.#available -= bytes
  }

  get #burstBytes(): number {
    return this.bytesPerSecond === undefined ? 0 : Math.max(minBurstBytes, (this.bytesPerSecond * burstMs) / 1000)
  }

  #refill(nowMs: number, wantedBytes: number): void {
    if (this.bytesPerSecond !== undefined) {
      const gained = (Math.max(0, nowMs - this.#countedAtMs) * this.bytesPerSecond) / 1000
      this.#available = Math.max(
        this.#available,
        Math.min(Math.max(this.#burstBytes, wantedBytes), this.#available + gained),
      )
    }
    this.#countedAtMs = nowMs
  }
}
