import { useEffect, useRef } from 'react'
import { formatBytes, formatSpeed } from '../../shared/domain/units/units.ts'
import { say } from '../../shared/words/index.ts'
import { useView } from '../stores/app-store.ts'
import { SpeedTrace, tracePoints } from '../stores/speed-trace.ts'
import { useTransfers } from '../stores/transfers-store.ts'
import { openIncoming } from '../stores/ui-store.ts'
import { Icon } from '../ui/icons/icon.tsx'
import { Shape } from '../ui/icons/shape.tsx'

/** Always in sight: speeds, their last half minute, counts, what waits on the user, free space. */
export function StatusLine() {
  const totals = useTransfers((state) => state.mirror.totals)
  const { downloads } = useView()
  const filters = useTransfers((state) => state.mirror.counts)
  const counts = [
    filters.running > 0 && say('app.counts.running', { count: filters.running }),
    filters.waiting > 0 && say('app.counts.waiting', { count: filters.waiting }),
    filters.failed > 0 && say('app.counts.failed', { count: filters.failed }),
  ].filter((text) => text !== false)
  return (
    <footer className="status-line">
      <Speed
        icon="arrow-up"
        label={say('app.up', { speed: formatSpeed(totals.bytesPerSecondOut) })}
        value={totals.bytesPerSecondOut}
      />
      <Speed
        icon="arrow-down"
        label={say('app.down', { speed: formatSpeed(totals.bytesPerSecondIn) })}
        value={totals.bytesPerSecondIn}
      />
      {filters.running > 0 && <Trace />}
      <span className="status-counts ellipsis">
        {counts.length > 0 ? counts.join(', ') : totals.waitingOnYou === 0 && say('app.nothingWaits')}
      </span>
      {totals.waitingOnYou > 0 && (
        <button type="button" className="status-yours" onClick={() => openIncoming()}>
          <Shape name="beak" />
          {say('app.waitingOnYou', { count: totals.waitingOnYou })}
        </button>
      )}
      {downloads.freeBytes !== undefined && (
        <span className="status-free">
          {say('app.freeIn', { size: formatBytes(downloads.freeBytes), place: say('app.downloads') })}
        </span>
      )}
    </footer>
  )
}

interface SpeedProps {
  readonly icon: 'arrow-up' | 'arrow-down'
  readonly label: string
  readonly value: number
}

function Speed({ icon, label, value }: SpeedProps) {
  return (
    <span className="status-speed">
      <Icon name={icon} size={12} />
      <span aria-hidden="true">{value > 0 ? formatSpeed(value) : say('app.idleSpeed')}</span>
      <span className="visually-hidden">{label}</span>
    </span>
  )
}

const spanMs = 30_000
const everyMs = 1000
const size = { width: 76, height: 10 }

/** Drawn once a second straight into the line, past React. */
function Trace() {
  const line = useRef<SVGPolylineElement>(null)
  useEffect(() => {
    const trace = new SpeedTrace(spanMs)
    const draw = () => {
      const { bytesPerSecondIn, bytesPerSecondOut } = useTransfers.getState().mirror.totals
      const nowMs = performance.now()
      trace.add(nowMs, bytesPerSecondIn + bytesPerSecondOut)
      // The first seconds already fill the width; the newest half minute stays.
      const shownMs = Math.min(spanMs, Math.max(everyMs, nowMs - (trace.samples[0]?.atMs ?? nowMs)))
      const top = trace.peakBytesPerSecond * 1.25
      const points = tracePoints(trace.samples, { nowMs, spanMs: shownMs, ...size, top })
      line.current?.setAttribute('points', points)
    }
    draw()
    const timer = setInterval(draw, everyMs)
    return () => clearInterval(timer)
  }, [])
  return (
    <svg className="status-trace" {...size} viewBox={`-1 -1 ${size.width + 2} ${size.height + 2}`} aria-hidden="true">
      <polyline ref={line} fill="none" stroke="currentColor" strokeWidth="1.2" strokeLinejoin="round" />
    </svg>
  )
}
