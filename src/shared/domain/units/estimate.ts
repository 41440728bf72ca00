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
  /** Where it began. */
  readonly first?: Sample
  /** When a byte came last. */
  readonly movedAtMs?: number
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
/** After so long without a byte or a sample (a pause, a machine asleep) the past says nothing about what comes. */
const forgetAfterMs = 10_000
/** A new figure moves the running countdown only when it differs by more than this share. */
const tolerance = 0.15
/** How soon the countdown follows a new figure, and how fast it may at most. */
const followMs = 2_000

export const emptyEstimate: EstimateState = { samples: [], bytesPerSecond: 0, steadyBytesPerSecond: 0 }

/**
 * Takes one sample in. A sample that goes back in time or bytes (a retry) starts anew, and so does each before the
 * first byte (scanning and comparing are no speed) and the first after ten seconds in which nothing came.
 *
 * Time left counts down by the clock; from one sample to the next it leaves that count by no more than the time that has
 * passed and a share of it that grows with that time.
 */
export function addSample(
  state: EstimateState,
  sample: Sample,
  totalBytes: number,
): { state: EstimateState; estimate: Estimate } {
  const last = state.samples[state.samples.length - 1]
  if (last === undefined || isNewBeginning(state, last, sample)) {
    return { state: { ...emptyEstimate, samples: [sample] }, estimate: { bytesPerSecond: 0 } }
  }
  if (sample.atMs === last.atMs) return { state, estimate: estimateOf(state) }

  const samples = withinWindow([...state.samples, sample])
  const oldest = samples[0] ?? sample
  const first = state.first ?? last
  const slope = sample.atMs - oldest.atMs >= firstFigureAfterMs ? speedBetween(oldest, sample) : 0
  const elapsedMs = sample.atMs - last.atMs
  const isYoung = sample.atMs - first.atMs <= steadySmoothingMs
  const steady = isYoung
    ? // Before there is a past to smooth with, one burst would weigh too much.
      speedBetween(first, sample)
    : smooth(state.steadyBytesPerSecond, slope, elapsedMs, steadySmoothingMs)
  const isSteady = sample.atMs - first.atMs >= steadyAfterMs
  const shown = isSteady ? secondsLeft(state, sample, totalBytes - sample.bytes, steady) : undefined
  const next: EstimateState = {
    samples,
    first,
    movedAtMs: sample.bytes > last.bytes ? sample.atMs : (state.movedAtMs ?? last.atMs),
    bytesPerSecond:
      state.bytesPerSecond === 0 ? slope : smooth(state.bytesPerSecond, slope, elapsedMs, speedSmoothingMs),
    steadyBytesPerSecond: steady,
    ...(shown !== undefined && { shown: { atMs: sample.atMs, seconds: shown } }),
  }
  return { state: next, estimate: estimateOf(next) }
}

function isNewBeginning(state: EstimateState, last: Sample, sample: Sample): boolean {
  if (sample.atMs < last.atMs || sample.bytes < last.bytes) return true
  if (state.first === undefined && sample.bytes === last.bytes) return true
  return sample.atMs - (state.movedAtMs ?? last.atMs) > forgetAfterMs
}

function estimateOf(state: EstimateState): Estimate {
  const { bytesPerSecond, shown } = state
  return shown === undefined ? { bytesPerSecond } : { bytesPerSecond, secondsLeft: shown.seconds }
}

function secondsLeft(state: EstimateState, sample: Sample, restBytes: number, steady: number): number | undefined {
  // Below a byte a second it stands still, and time left would be a fantasy.
  if (steady < 1 || restBytes <= 0) return undefined
  const fresh = restBytes / steady
  if (state.shown === undefined) return fresh
  const elapsedMs = sample.atMs - state.shown.atMs
  const countdown = Math.max(0, state.shown.seconds - elapsedMs / 1000)
  if (Math.abs(fresh - countdown) <= fresh * tolerance) return countdown
  const farthest = countdown * Math.expm1(elapsedMs / followMs) + elapsedMs / 1000
  const step = (fresh - countdown) * -Math.expm1(-elapsedMs / followMs)
  return Math.max(0, countdown + Math.min(farthest, Math.max(-farthest, step)))
}

function speedBetween(from: Sample, to: Sample): number {
  return ((to.bytes - from.bytes) / (to.atMs - from.atMs)) * 1000
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
