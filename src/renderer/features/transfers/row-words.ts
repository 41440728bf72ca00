import type { AppView, PlaceLabel, TransferRow } from '../../../shared/contract/view.ts'
import { presentTransfer } from '../../../shared/domain/presentation.ts'
import { formatBytes, formatBytesOf, formatPercent, formatTimeLeft } from '../../../shared/domain/units/units.ts'
import { type StatusSentence, say, statusSentence } from '../../../shared/words/index.ts'

/** "here" is this computer. */
export function placeName(place: PlaceLabel): string {
  return place.kind === 'here' ? say('app.here') : place.name
}

function spokenPlace(place: PlaceLabel): string {
  return place.kind === 'here' ? say('transfers.spoken.thisComputer') : place.name
}

/** The status column's sentence and action, as the person at this computer reads it. */
export function rowSentence(row: TransferRow, view: AppView, nowMs: number): StatusSentence {
  const me = view.workspaces.find((workspace) => workspace.id === row.workspaceId)?.me
  const other = row.direction === 'in' ? row.from : row.to
  const limit = row.progress?.bottleneck === 'limit' ? row.progress.limitBytesPerSecond : undefined
  return statusSentence(row, {
    nowMs,
    ...(me !== undefined && { myUserId: me.userId, myName: me.name }),
    source: placeName(row.from),
    target: placeName(row.to),
    peer: placeName(other),
    ...(limit !== undefined && { limit: { bytesPerSecond: limit } }),
  })
}

export interface SizeWords {
  /** In ink; the rest in ink2. */
  readonly done?: string
  readonly rest: string
  readonly total: string
}

/**
 * `301` + ` of 486 GB`; the total alone where nothing is there yet; `1.12 TB` + ` so far` while scanning what nothing was
 * verified of before.
 */
export function sizeWords(row: TransferRow): SizeWords {
  const total = formatBytes(row.progress?.bytesTotal ?? row.bytesTotal)
  const isChecking = row.progress?.isChecking === true
  if (row.progress?.phase === 'scanning' && !isChecking)
    return { rest: say('transfers.sizeSoFar', { size: total }), total: `${total}+` }
  const done = row.progress?.bytesVerified ?? row.bytesDone
  const whole = row.progress?.bytesTotal ?? row.bytesTotal
  const isHalfWay = done > 0 && done < whole && (isChecking || row.progress?.phase !== 'comparing')
  if (!isHalfWay) return { rest: total, total }
  const words = formatBytesOf(done, whole)
  return { done: words.done, rest: say('transfers.sizeRest', { total: words.total }), total: words.total }
}

/** The row in one breath (LOOK.md section 7). */
export function spokenRow(row: TransferRow, sentence: string): string {
  const { ratio, showsPercent } = presentTransfer(row)
  const left = row.progress?.etrSeconds
  return [
    row.name,
    say('transfers.spoken.route', { from: spokenPlace(row.from), to: spokenPlace(row.to) }),
    sentence,
    ...(showsPercent && ratio !== undefined ? [formatPercent(ratio)] : []),
    ...(left !== undefined && row.status === 'running'
      ? [say('transfers.spoken.left', { time: formatTimeLeft(left) })]
      : []),
  ].join(', ')
}
