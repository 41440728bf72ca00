/** Throughput of the last seconds, kept outside React: drawn from, never rendered by. */
export interface SpeedSample {
  readonly atMs: number
  readonly bytesPerSecond: number
}

export class SpeedTrace {
  readonly #samples: SpeedSample[] = []
  readonly #spanMs: number

  constructor(spanMs: number) {
    this.#spanMs = spanMs
  }

  /** `atMs` on the monotonic clock. */
  add(atMs: number, bytesPerSecond: number): void {
    this.#samples.push({ atMs, bytesPerSecond })
    const oldestMs = atMs - this.#spanMs
    while (this.#samples.length > 1 && (this.#samples[0]?.atMs ?? atMs) < oldestMs) this.#samples.shift()
  }

  get samples(): readonly SpeedSample[] {
    return this.#samples
  }

  get peakBytesPerSecond(): number {
    return this.#samples.reduce((peak, sample) => Math.max(peak, sample.bytesPerSecond), 0)
  }
}

/** Points of a polyline in a `width` × `height` box, newest at the right edge. Empty below two samples. */
export function tracePoints(
  samples: readonly SpeedSample[],
  options: {
    readonly nowMs: number
    readonly spanMs: number
    readonly width: number
    readonly height: number
    readonly top: number
  },
): string {
  const { nowMs, spanMs, width, height, top } = options
  if (samples.length < 2) return ''
  const ceiling = Math.max(top, 1)
  return samples
    .map(({ atMs, bytesPerSecond }) => {
      const x = width - ((nowMs - atMs) / spanMs) * width
      const y = height - (bytesPerSecond / ceiling) * height
      return `${x.toFixed(1)},${y.toFixed(1)}`
    })
    .join(' ')
}
