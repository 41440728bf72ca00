import { formatSpeed, scaleBytes } from '../../../shared/domain/units/units.ts'
import { formatClock, formatClockOnly, say } from '../../../shared/words/index.ts'
import { historySpanMs } from '../../stores/speed-history.ts'
import { type SpeedSample, tracePoints } from '../../stores/speed-trace.ts'

const size = { width: 364, height: 98 }
/** The shortest stretch that is drawn, so that the first seconds do not look like a cliff. */
const shortestMs = 30_000

/** A line over time, its average dotted; the figure below says the same to readers. */
export function SpeedGraph({ samples }: { readonly samples: readonly SpeedSample[] }) {
  const last = samples.at(-1)
  const first = samples[0]
  if (first === undefined || last === undefined) return null
  const spanMs = Math.min(historySpanMs, Math.max(shortestMs, last.atMs - first.atMs))
  const average = samples.reduce((sum, sample) => sum + sample.bytesPerSecond, 0) / samples.length
  const peak = samples.reduce((most, sample) => Math.max(most, sample.bytesPerSecond), 0)
  const top = niceCeiling(peak)
  const points = tracePoints(samples, { nowMs: last.atMs, spanMs, ...size, top })
  const averageY = size.height - (average / top) * size.height
  const end = points.slice(points.lastIndexOf(' ') + 1).split(',')
  const nowMs = Date.now()
  const clock = (epochMs: number) => (spanMs < 240_000 ? formatClockOnly(epochMs) : formatClock(epochMs, { nowMs }))
  const label = say('details.graph', { average: formatSpeed(average) })
  return (
    <figure className="speed-graph">
      <svg
        viewBox={`0 -3 ${size.width} ${size.height + 6}`}
        width="100%"
        height={size.height + 6}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
      >
        <path
          className="graph-grid"
          d={`M0 0H${size.width}M0 ${size.height / 2}H${size.width}M0 ${size.height}H${size.width}`}
        />
        <path className="graph-average" d={`M0 ${averageY}H${size.width}`} />
        <polyline className="graph-line" points={points} />
        <circle className="graph-now" cx={end[0]} cy={end[1]} r="2.5" />
      </svg>
      <span className="graph-label" style={{ top: 4 }}>
        {formatSpeed(top)}
      </span>
      <span className="graph-label" style={{ top: Math.min(size.height - 18, Math.max(20, averageY + 5)) }}>
        {say('details.average', { figure: scaleBytes(average, top).figure })}
      </span>
      <figcaption className="graph-times">
        <span>{clock(nowMs - spanMs)}</span>
        <span>{clock(nowMs - spanMs / 2)}</span>
        <span>{say('details.now')}</span>
      </figcaption>
    </figure>
  )
}

/** 1, 2 or 5 times a power of ten, at or above the peak. */
function niceCeiling(peak: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, peak)))
  return ([1, 2, 5, 10].find((step) => step * power >= peak) ?? 10) * power
}
