import { isErrorCode } from '../domain/errors.ts'
import type { Reason, ReasonAction } from '../domain/reason.ts'
import { formatTimeLeft } from '../domain/units.ts'
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

/** Why a job does not move, in one sentence with at most one action (LOOK.md, section 5). */
export function reasonSentence(reason: Reason, viewpoint: Viewpoint): ReasonSentence {
  const text = textOf(reason, viewpoint)
  const action = reason.action
  return action === undefined ? { text } : { text, action: { id: action, label: reasonActionLabel(action, reason) } }
}

function textOf(reason: Reason, viewpoint: Viewpoint): string {
  const params = reason.params ?? {}
  const isMine = isMe(params, viewpoint)
  switch (reason.code) {
    case 'location':
      if (viewpoint.isYours) return say('reason.location.yours', { count: number(params, 'files') ?? 0 })
      return say('reason.location.theirs', { name: text(params, 'userName') })
    case 'consent':
      return consentText(params, viewpoint)
    case 'signup':
      return say('reason.signup', { name: text(params, 'userName') || text(params, 'email') })
    case 'peer-offline': {
      const sinceMs = number(params, 'sinceMs')
      const name = text(params, 'name')
      if (sinceMs === undefined) return say('reason.peerOffline.noTime', { name })
      return say('reason.peerOffline', { name, time: formatClock(sinceMs, viewpoint) })
    }
    case 'upload':
      return say('reason.upload', { name: text(params, 'name') })
    case 'queue':
      return say('reason.queue', {
        position: ordinal(number(params, 'position') ?? 1),
        queue: text(params, 'queue'),
      })
    case 'paused': {
      const atMs = number(params, 'atMs')
      if (isMine && atMs !== undefined) return say('reason.paused.you', { time: formatClock(atMs, viewpoint) })
      const name = isMine ? say('app.you') : text(params, 'userName')
      return name === '' ? say('reason.paused') : say('reason.paused.other', { name })
    }
    case 'retry':
      return retryText(params, viewpoint)
    case 'blocked':
    case 'failed':
      return causeText(params, viewpoint)
    case 'failed-in-part':
      return say('reason.failedInPart', {
        done: number(params, 'done') ?? 0,
        total: number(params, 'total') ?? 0,
        failed: number(params, 'failed') ?? 0,
      })
    case 'declined': {
      const name = isMine ? say('app.you') : text(params, 'userName')
      const because = text(params, 'text')
      if (because === '') return say('reason.declined', { name })
      return say('reason.declined.because', { name, text: because })
    }
    case 'aborted': {
      const atMs = number(params, 'atMs')
      const name = text(params, 'userName')
      if (atMs === undefined) return say('reason.aborted')
      const time = formatClock(atMs, viewpoint)
      if (isMine) return say('reason.aborted.you', { time })
      return name === '' ? say('reason.aborted') : say('reason.aborted.other', { name, time })
    }
    case 'workspace-unreachable': {
      const sinceMs = number(params, 'sinceMs')
      const address = text(params, 'address')
      if (sinceMs === undefined) return say('reason.workspaceUnreachable.noTime', { address })
      return say('reason.workspaceUnreachable', { address, time: formatClock(sinceMs, viewpoint) })
    }
  }
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
  const code = typeof error === 'string' && isErrorCode(error) ? error : 'INTERNAL'
  const place = code.startsWith('SOURCE_') ? viewpoint.source : viewpoint.target
  const known: Record<string, string | number | boolean> = {}
  for (const [name, value] of Object.entries(rest)) if (value !== undefined) known[name] = value
  return errorSentence({ code, params: known }, viewpoint, { place, peer: viewpoint.peer }).sentence
}

function reasonActionLabel(action: ReasonAction, reason: Reason): string {
  switch (action) {
    case 'choose-folder':
      return say('reason.action.chooseFolder')
    case 'look':
      return say('reason.action.look')
    case 'remind':
      return say('reason.action.remind')
    case 'copy-invitation':
      return say('reason.action.copyInvitation')
    case 'start-now':
      return say('reason.action.startNow')
    case 'try-now':
      return say('reason.action.tryNow')
    case 'retry':
      return say('reason.action.retry')
    case 'resume':
      return say('reason.action.resume')
    case 'see-and-retry':
      return say('reason.action.seeAndRetry', { count: number(reason.params ?? {}, 'failed') ?? 0 })
    case 'compare-keys':
      return say('reason.action.compareKeys')
  }
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
