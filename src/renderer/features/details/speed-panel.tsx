import { useEffect, useState } from 'react'
import type { TransferRow } from '../../../shared/contract/view.ts'
import { ratioOf, sectionOf } from '../../../shared/domain/presentation.ts'
import { formatCount, formatPercent, formatSpeed, formatTimeLeft } from '../../../shared/domain/units/units.ts'
import { bottleneckSentence } from '../../../shared/words/bottleneck-sentence.ts'
import { formatClock, say } from '../../../shared/words/index.ts'
import { useNowMs, useNowMsOften } from '../../app/use-clock.ts'
import { useView } from '../../stores/app-store.ts'
import { speedHistory } from '../../stores/speed-history.ts'
import type { SpeedSample } from '../../stores/speed-trace.ts'
import { rowSentence } from '../transfers/row-words.ts'
import { SpeedGraph } from './speed-graph.tsx'

/** Speed now, its graph, and by which way it goes; only what was measured. */
export function SpeedPanel({ row }: { readonly row: TransferRow }) {
  const samples = useSamples(row)
  const { progress } = row
  const route = progress?.route
  const connection = [
    progress?.lanes !== undefined && progress.lanes > 0 && say('details.lanes', { count: progress.lanes }),
    route !== undefined && say(`details.route.${route}`),
  ].filter((text) => text !== false)
  return (
    <aside className="speed-panel">
      <SpeedNow row={row} />
      {samples.length > 1 && <SpeedGraph samples={samples} />}
      {samples.length < 2 && sectionOf(row) !== 'finished' && <p className="speed-none">{say('details.noGraph')}</p>}
      <LimitFound row={row} />
      <dl className="speed-facts">
        {connection.length > 0 && <Fact name={say('details.connection')} value={connection.join(', ')} />}
        <Fact name={say('details.files')} value={formatCount(row.fileCount)} />
        <Fact name={say('details.priority')} value={formatCount(row.priority)} />
      </dl>
    </aside>
  )
}

/** Samples once a second, while the transfer moves. */
function useSamples(row: TransferRow): readonly SpeedSample[] {
  const [samples, setSamples] = useState<readonly SpeedSample[]>(() => [...speedHistory(row.key)])
  const isMoving = row.status === 'running'
  useEffect(() => {
    const read = () => setSamples([...speedHistory(row.key)])
    read()
    if (!isMoving) return
    const timer = setInterval(read, 1000)
    return () => clearInterval(timer)
  }, [row.key, isMoving])
  return samples
}

function SpeedNow({ row }: { readonly row: TransferRow }) {
  const view = useView()
  const minuteMs = useNowMs()
  const nowMs = useNowMsOften()
  const { progress } = row
  const ratio = ratioOf(row)
  if (row.status !== 'running' || progress?.phase !== 'transferring') {
    return <p className="speed-now selectable">{rowSentence(row, view, minuteMs).text}</p>
  }
  const percent = ratio === undefined ? undefined : formatPercent(ratio)
  const left = progress.etrSeconds
  return (
    <p className="speed-now">
      <strong>{formatSpeed(progress.bytesPerSecond)}</strong>
      {percent !== undefined &&
        (left === undefined
          ? say('details.percentOnly', { percent })
          : say('details.speedNow', {
              percent,
              left: formatTimeLeft(left),
              time: formatClock(nowMs + left * 1000, { nowMs }),
            }))}
    </p>
  )
}

const candidates = [
  { label: 'details.candidate.source', of: ['source-disk'] },
  { label: 'details.candidate.network', of: ['network', 'limit'] },
  { label: 'details.candidate.processor', of: ['sender-cpu', 'receiver-cpu'] },
  { label: 'details.candidate.target', of: ['target-disk', 'receiver'] },
] as const

/** What holds it up, in a sentence; of the four that could, that one in ink. Nothing while nothing stands out. */
function LimitFound({ row }: { readonly row: TransferRow }) {
  const { status, progress } = row
  const { bottleneck, limitBytesPerSecond } = progress ?? {}
  if (status !== 'running' || progress?.phase !== 'transferring' || bottleneck === undefined) return null
  const found = { bottleneck, ...(limitBytesPerSecond !== undefined && { limitBytesPerSecond }) }
  return (
    <div className="speed-limit">
      <ul aria-hidden="true">
        {candidates.map(({ label, of }) => (
          <li key={label} data-found={(of as readonly string[]).includes(bottleneck)}>
            {say(label)}
          </li>
        ))}
      </ul>
      <p className="selectable">{bottleneckSentence(found, row)}</p>
    </div>
  )
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd className="selectable">{value}</dd>
    </div>
  )
}
