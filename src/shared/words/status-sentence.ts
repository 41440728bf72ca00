import type { PresentedPlace, PresentedTransfer } from '../domain/presentation.ts'
import type { ReasonAction, ReasonCode } from '../domain/reason.ts'
import { formatCount, formatLimit } from '../domain/units/units.ts'
import { say } from './catalogue.ts'
import { formatClock } from './clock.ts'
import { reasonSentence, type Viewpoint } from './reason-sentence.ts'

export interface StatusContext extends Viewpoint {
  /** The limit that holds now, in bytes a second, and when it ends. */
  readonly limit?: { readonly bytesPerSecond: number; readonly untilMs?: number }
}

export interface StatusSentence {
  readonly text: string
  /** The leading word that stands in ink when the figures behind it step back ("Scanning", "Comparing"). */
  readonly lead?: string
  readonly action?: { readonly id: ReasonAction; readonly label: string }
}

/** Of what is done, these say more than when. */
const sayHowDone: ReadonlySet<ReasonCode> = new Set(['planned', 'left'])

/** The sentence of a row's status column, with its one action. */
export function statusSentence(transfer: PresentedTransfer, context: StatusContext): StatusSentence {
  const viewpoint = { ...context, ...placesOf(transfer), isYours: transfer.waitsOnYou !== undefined }
  const { reason, status } = transfer
  if (status === 'running' && transfer.progress !== undefined) return runningSentence(transfer.progress, context)
  if (reason !== undefined && (status !== 'done' || sayHowDone.has(reason.code)))
    return reasonSentence(reason, viewpoint)
  switch (status) {
    case 'init':
      return { text: say('status.init') }
    case 'waiting':
      return { text: say('status.waiting') }
    case 'running':
      return { text: say('status.running') }
    case 'paused':
      return { text: say('reason.paused') }
    case 'failed':
      return { text: say('status.failed') }
    case 'aborted':
      return { text: say('reason.aborted') }
    case 'done':
      return { text: doneText(transfer, context) }
  }
}

/** Whose disks they are and who the other side is, for the sentences of errors. */
function placesOf({ from, to }: PresentedTransfer): Pick<Viewpoint, 'source' | 'target' | 'peer'> {
  const peer = to?.kind === 'here' ? from : to
  return {
    ...(from && { source: placeName(from) }),
    ...(to && { target: placeName(to) }),
    ...(peer && { peer: placeName(peer) }),
  }
}

function placeName(place: PresentedPlace): string {
  return place.kind === 'here' ? say('app.thisComputer') : place.name
}

function runningSentence(progress: NonNullable<PresentedTransfer['progress']>, context: StatusContext): StatusSentence {
  switch (progress.phase) {
    case 'connecting':
      return { text: say('status.connecting') }
    case 'scanning': {
      if (progress.filesScanned === 0) return { text: say('status.scanning.none') }
      return withLead(say('status.scanning', { count: progress.filesScanned }))
    }
    case 'comparing':
      return withLead(
        say('status.comparing', { done: formatCount(progress.filesCompared), count: progress.filesTotal }),
      )
    case 'verifying':
      return { text: say('status.verifying') }
    case 'transferring':
      return { text: progress.isChecking ? say('status.checking') : transferringText(context) }
  }
}

function transferringText(context: StatusContext): string {
  const { limit } = context
  if (limit === undefined) return say('status.transferring')
  const speed = formatLimit(limit.bytesPerSecond)
  if (limit.untilMs === undefined) return say('status.limited', { speed })
  return say('status.limitedUntil', { speed, time: formatClock(limit.untilMs, context) })
}

function doneText(transfer: PresentedTransfer, context: StatusContext): string {
  const { result, finishedAtMs } = transfer
  const { filesRemoved: removed = 0, filesReplaced: replaced } = result
  // What was deleted is told even where nothing had to be sent.
  if (removed === 0 && result.filesAlreadyThere > 0 && result.filesDone <= result.filesAlreadyThere) {
    return say('status.alreadyThere', { count: result.filesAlreadyThere })
  }
  if (finishedAtMs === undefined) return say('status.done.noTime')
  const time = formatClock(finishedAtMs, context)
  if (removed > 0 && replaced > 0) return say('status.done.replacedAndRemoved', { time, replaced, removed })
  if (removed > 0) return say('status.done.removed', { time, removed })
  if (replaced > 0) return say('status.done.replaced', { time, replaced })
  return say('status.done', { time })
}

function withLead(text: string): StatusSentence {
  return { text, lead: text.split(' ', 1)[0] ?? text }
}
