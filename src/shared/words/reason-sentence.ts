import { isErrorCode } from '../domain/errors.ts'
import type { Reason, ReasonAction, ReasonCode } from '../domain/reason.ts'
import { formatBytes, formatTimeLeft } from '../domain/units/units.ts'
import { say } from './catalogue.ts'
import { type ClockContext, formatClock } from './clock.ts'
import { errorSentence } from './error-sentence.ts'
import { displayPath, type FillParams } from './fill.ts'

/** Who reads: the same reason is another sentence for the person it waits on. */
export interface Viewpoint extends ClockContext {
  /** This person decides it, here. */
  readonly isYours?: boolean
  readonly myUserId?: string
  readonly myName?: string
  /** Names for errors: `source` and `target` are whose disks they are, `peer` is the other side. */
  readonly source?: string
  readonly target?: string
  readonly peer?: string
}

export interface ReasonSentence {
  readonly text: string
  readonly action?: { readonly id: ReasonAction; readonly label: string }
}

/**
 * Why a job does not move, in one sentence with at most one action (LOOK.md, section 5). A reason or action of a newer
 * version reads as plain waiting, without an action.
 */
export function reasonSentence(reason: Reason, viewpoint: Viewpoint): ReasonSentence {
  const params = reason.params ?? {}
  const text = Object.hasOwn(texts, reason.code) ? texts[reason.code](params, viewpoint) : say('status.waiting')
  const { action } = reason
  if (action === undefined || !Object.hasOwn(actionLabels, action)) return { text }
  return { text, action: { id: action, label: actionLabels[action](params) } }
}

const texts: Readonly<Record<ReasonCode, (params: FillParams, viewpoint: Viewpoint) => string>> = {
  location: (params, { isYours }) =>
    isYours
      ? say('reason.location.yours', { count: number(params, 'files') ?? 0 })
      : say('reason.location.theirs', { name: text(params, 'userName') }),
  consent: consentText,
  signup: (params) => say('reason.signup', { name: text(params, 'userName') || text(params, 'email') }),
  'peer-offline': (params, viewpoint) => {
    const sinceMs = number(params, 'sinceMs')
    const name = text(params, 'name')
    if (sinceMs === undefined) return say('reason.peerOffline.noTime', { name })
    return say('reason.peerOffline', { name, time: formatClock(sinceMs, viewpoint) })
  },
  upload: (params) => say('reason.upload', { name: text(params, 'name') }),
  'uploads-off': () => say('reason.uploadsOff'),
  'downloads-off': () => say('reason.downloadsOff'),
  queue: (params) =>
    say('reason.queue', { position: ordinal(number(params, 'position') ?? 1), queue: text(params, 'queue') }),
  'queue-paused': (params) => say('reason.queuePaused', { queue: text(params, 'queue') }),
  disabled: (params) => {
    const name = text(params, 'name')
    if (params.what === 'site') return say('reason.disabled.site', { name })
    return params.what === 'share' ? say('reason.disabled.share', { name }) : say('reason.disabled.client', { name })
  },
  busy: (params) => say('reason.busy', { name: text(params, 'name'), count: number(params, 'count') ?? 0 }),
  paused: pausedText,
  retry: retryText,
  blocked: causeText,
  failed: causeText,
  'failed-in-part': (params) =>
    say('reason.failedInPart', {
      done: number(params, 'done') ?? 0,
      total: number(params, 'total') ?? 0,
      failed: number(params, 'failed') ?? 0,
    }),
  declined: declinedText,
  aborted: abortedText,
  'workspace-unreachable': (params, viewpoint) => {
    const sinceMs = number(params, 'sinceMs')
    const address = text(params, 'address')
    if (sinceMs === undefined) return say('reason.workspaceUnreachable.noTime', { address })
    return say('reason.workspaceUnreachable', { address, time: formatClock(sinceMs, viewpoint) })
  },
  planned: plannedText,
  left: (params) => {
    const count = number(params, 'count')
    return count === undefined ? say('reason.left') : say('reason.left.count', { count })
  },
}

const actionLabels: Readonly<Record<ReasonAction, (params: FillParams) => string>> = {
  'choose-folder': () => say('reason.action.chooseFolder'),
  look: () => say('reason.action.look'),
  remind: () => say('reason.action.remind'),
  'copy-invitation': () => say('reason.action.copyInvitation'),
  'start-now': () => say('reason.action.startNow'),
  'try-now': () => say('reason.action.tryNow'),
  retry: () => say('reason.action.retry'),
  resume: () => say('reason.action.resume'),
  'see-and-retry': (params) => say('reason.action.seeAndRetry', { count: number(params, 'failed') ?? 0 }),
  'compare-keys': () => say('reason.action.compareKeys'),
}

function pausedText(params: FillParams, viewpoint: Viewpoint): string {
  const atMs = number(params, 'atMs')
  const isMine = isMe(params, viewpoint)
  if (isMine && atMs !== undefined) return say('reason.paused.you', { time: formatClock(atMs, viewpoint) })
  const name = isMine ? say('app.you') : text(params, 'userName')
  return name === '' ? say('reason.paused') : say('reason.paused.other', { name })
}

function declinedText(params: FillParams, viewpoint: Viewpoint): string {
  const name = isMe(params, viewpoint) ? say('app.you') : text(params, 'userName')
  const because = text(params, 'text')
  if (because === '') return say('reason.declined', { name })
  return say('reason.declined.because', { name, text: because })
}

function abortedText(params: FillParams, viewpoint: Viewpoint): string {
  const atMs = number(params, 'atMs')
  const name = text(params, 'userName')
  if (atMs === undefined) return say('reason.aborted')
  const time = formatClock(atMs, viewpoint)
  if (isMe(params, viewpoint)) return say('reason.aborted.you', { time })
  return name === '' ? say('reason.aborted') : say('reason.aborted.other', { name, time })
}

function consentText(params: FillParams, viewpoint: Viewpoint): string {
  const path = displayPath(text(params, 'path'))
  const isWrite = params.mode === 'write'
  if (viewpoint.isYours) {
    const name = text(params, 'requestedBy') || say('reason.consent.somebody')
    return isWrite
      ? say('reason.consent.yours.write', { name, path })
      : say('reason.consent.yours.read', { name, path })
  }
  const name = text(params, 'userName') || text(params, 'clientName')
  return isWrite
    ? say('reason.consent.theirs.write', { name, path })
    : say('reason.consent.theirs.read', { name, path })
}

function plannedText(params: FillParams): string {
  const [create, replace, remove] = [number(params, 'create'), number(params, 'replace'), number(params, 'remove')]
  if (create === undefined || replace === undefined || remove === undefined) return say('reason.planned.logged')
  const bytes = number(params, 'bytes') ?? 0
  const parts = [
    ...(create > 0 ? [say('reason.planned.new', { count: create })] : []),
    ...(replace > 0 ? [say('reason.planned.replaced', { count: replace })] : []),
    ...(remove > 0 ? [say('reason.planned.deleted', { count: remove })] : []),
    ...(bytes > 0 ? [say('reason.planned.bytes', { size: formatBytes(bytes) })] : []),
  ]
  return say('reason.planned', { parts: parts.join(', ') || say('reason.planned.none') })
}

function retryText(params: FillParams, viewpoint: Viewpoint): string {
  const common = {
    cause: causeText(params, viewpoint),
    attempt: number(params, 'attempt') ?? 1,
    max: number(params, 'maxAttempts') ?? 1,
  }
  const seconds = ((number(params, 'nextAtMs') ?? 0) - viewpoint.nowMs) / 1000
  if (seconds < 1) return say('reason.retry.now', common)
  return say('reason.retry', { ...common, time: formatTimeLeft(seconds) })
}

/** The sentence of the error inside a reason; its parameters stand beside it. */
function causeText(params: FillParams, viewpoint: Viewpoint): string {
  const { error, ...rest } = params
  if (error === undefined) return say('status.failed')
  const code = typeof error === 'string' && isErrorCode(error) ? error : 'INTERNAL'
  const place = code.startsWith('SOURCE_') ? viewpoint.source : viewpoint.target
  const known: Record<string, string | number | boolean> = {}
  for (const [name, value] of Object.entries(rest)) if (value !== undefined) known[name] = value
  return errorSentence({ code, params: known }, viewpoint, { place, peer: viewpoint.peer }).sentence
}

/** By id where the reason has one; names alone may be shared by two people. */
function isMe(params: FillParams, viewpoint: Viewpoint): boolean {
  if (typeof params.userId === 'string') return params.userId === viewpoint.myUserId
  return viewpoint.myName !== undefined && params.userName === viewpoint.myName
}

function ordinal(position: number): string {
  return say('reason.ordinals').split(',')[position - 1] ?? say('reason.ordinal', { position })
}

function text(params: FillParams, name: string): string {
  const value = Object.hasOwn(params, name) ? params[name] : undefined
  return value === undefined ? '' : `${value}`
}

function number(params: FillParams, name: string): number | undefined {
  const value = Object.hasOwn(params, name) ? params[name] : undefined
  return typeof value === 'number' ? value : undefined
}
