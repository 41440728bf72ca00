/**
 * Speed and time left from samples of verified bytes. Verified bytes come in bursts, so a speed is a slope over a
 * window, smoothed; time left appears once it is steady and then moves calmly (LOOK.md section 5).
 */
export interface Sample {
  /** A monotonic clock's milliseconds. */
  readonly atMs: number
  readonly bytes: number
}

export interface Estimate {
  readonly bytesPerSecond: number
  /** Absent until it is steady. */
  readonly secondsLeft?: number
}

/** What the next estimate needs to know of the past; immutable. */
export interface EstimateState {
  readonly samples: readonly Sample[]
  readonly firstAtMs?: number
  readonly bytesPerSecond: number
  /** The slow average that time left is made of. */
  readonly steadyBytesPerSecond: number
  /** What was shown last, and when, to count it down instead of letting it jump. */
  readonly shown?: { readonly atMs: number; readonly seconds: number }
}

const windowMs = 3_000
const speedSmoothingMs = 1_500
const steadySmoothingMs = 15_000
const steadyAfterMs = 3_000
/** The first moments are bursts of empty buffers. */
const firstFigureAfterMs = 500
/** A new figure replaces the running countdown only when it differs by more than this share. */
const tolerance = 0.15

export const emptyEstimate: EstimateState = { samples: [], bytesPerSecond: 0, steadyBytesPerSecond: 0 }

/**
 * Takes one sample in. A sample that goes back in time or bytes (a retry) starts anew, and so does one before the first
 * byte: scanning and comparing are no speed.
 */
export function addSample(
  state: EstimateState,
  sample: Sample,
  totalBytes: number,
): { state: EstimateState; estimate: Estimate } {
  const last = state.samples[state.samples.length - 1]
  if (last === undefined || sample.atMs < last.atMs || sample.bytes < last.bytes || sample.bytes === 0) {
    return { state: { ...emptyEstimate, samples: [sample] }, estimate: { bytesPerSecond: 0 } }
  }
  if (sample.atMs === last.atMs) return { state, estimate: estimateOf(state) }

  const samples = withinWindow([...state.samples, sample])
  const oldest = samples[0] ?? sample
  const spanMs = sample.atMs - oldest.atMs
  const slope = spanMs >= firstFigureAfterMs ? ((sample.bytes - oldest.bytes) / spanMs) * 1000 : 0
  const elapsedMs = sample.atMs - last.atMs
  const isFirst = state.bytesPerSecond === 0
  const bytesPerSecond = isFirst ? slope : smooth(state.bytesPerSecond, slope, elapsedMs, speedSmoothingMs)
  const steady = isFirst ? slope : smooth(state.steadyBytesPerSecond, slope, elapsedMs, steadySmoothingMs)
  const firstAtMs = state.firstAtMs ?? last.atMs
  const shown = secondsLeft({ state, sample, totalBytes, steady, isSteady: sample.atMs - firstAtMs >= steadyAfterMs })
  const next: EstimateState = {
    samples,
    firstAtMs,
    bytesPerSecond,
    steadyBytesPerSecond: steady,
    ...(shown !== undefined && { shown: { atMs: sample.atMs, seconds: shown } }),
  }
  return { state: next, estimate: estimateOf(next) }
}

function estimateOf(state: EstimateState): Estimate {
  const { bytesPerSecond, shown } = state
  return shown === undefined ? { bytesPerSecond } : { bytesPerSecond, secondsLeft: shown.seconds }
}

function secondsLeft(input: {
  state: EstimateState
  sample: Sample
  totalBytes: number
  steady: number
  isSteady: boolean
}): number | undefined {
  const { state, sample, totalBytes, steady } = input
  const rest = totalBytes - sample.bytes
  // Below a byte a second it stands still, and time left would be a fantasy.
  if (!input.isSteady || steady < 1 || rest <= 0) return undefined
  const fresh = rest / steady
  if (state.shown === undefined) return fresh
  const countdown = Math.max(0, state.shown.seconds - (sample.atMs - state.shown.atMs) / 1000)
  if (Math.abs(fresh - countdown) <= fresh * tolerance) return countdown
  return countdown + (fresh - countdown) * 0.3
}

function withinWindow(samples: readonly Sample[]): Sample[] {
  const newest = samples[samples.length - 1]?.atMs ?? 0
  // One sample from before the window stays, so that rare samples still make a slope.
  let first = samples.length - 1
  while (first > 0 && newest - (samples[first]?.atMs ?? 0) < windowMs) first -= 1
  return samples.slice(first)
}

/** Exponential smoothing that does not depend on how often samples come. */
function smooth(old: number, fresh: number, elapsedMs: number, constantMs: number): number {
  const keep = Math.exp(-elapsedMs / constantMs)
  return old * keep + fresh * (1 - keep)
}
