import { useEffect, useState } from 'react'
import type { LogRow, TransferRow } from '../../../shared/contract/view.ts'
import { formatClockOnly, logSentence, say } from '../../../shared/words/index.ts'
import { sentenceOf } from '../../app/perform.ts'
import { useNowMs } from '../../app/use-clock.ts'
import { call } from '../../bridge/bridge.ts'

/** What happened, newest first; fetched again when the transfer's state changes. */
export function LogList({ row }: { readonly row: TransferRow }) {
  const nowMs = useNowMs()
  const [entries, setEntries] = useState<readonly LogRow[]>()
  const [problem, setProblem] = useState<string>()
  const { key, status, revision, reason } = row
  const reasonCode = reason?.code
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of state is a new line
  useEffect(() => {
    let isCurrent = true
    call('transfers.log', { key }).then(
      ({ rows }) => {
        if (isCurrent) setEntries(rows)
      },
      (thrown: unknown) => {
        if (isCurrent) setProblem(sentenceOf(thrown))
      },
    )
    return () => {
      isCurrent = false
    }
  }, [key, status, revision, reasonCode])
  if (problem !== undefined) return <p className="details-note">{problem}</p>
  if (entries?.length === 0) return <p className="details-note">{say('details.noLog')}</p>
  return (
    <ol className="log-list selectable">
      {entries?.map((entry, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: entries have no id; counted from the oldest, the place stays
        <li key={`${entry.atMs}-${entry.code}-${entries.length - index}`} className="log-line" data-level={entry.level}>
          <time>{formatClockOnly(entry.atMs)}</time>
          <span>{logSentence(entry, { nowMs })}</span>
          <code>{entry.code}</code>
        </li>
      ))}
    </ol>
  )
}
