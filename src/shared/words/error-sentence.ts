import { type ErrorCode, type ErrorEnvelope, isErrorCode } from '../domain/errors.ts'
import { say } from './catalogue.ts'
import type { ClockContext } from './clock.ts'
import { conflictAdvice } from './conflict-advice.ts'
import {
  errorSentences,
  featureAdvice,
  inputAdvice,
  linkAdvice,
  nameLikeDate,
  partyWithoutMachine,
  pathAdvice,
  requestAdvice,
  roleNeeded,
} from './errors.ts'
import { type FillParams, fillFirst } from './fill.ts'
import { addressAdvice, certificateAdvice, serverAdvice, workspaceFolderAdvice } from './hosting-advice.ts'
import { queryAdvice } from './query-advice.ts'
import { specificationAdvice } from './specification-advice.ts'

export type ErrorAction = 'retry' | 'try-now' | 'sign-in' | 'compare-keys' | 'choose-another' | 'look' | 'unlock'

export interface ErrorSentence {
  readonly sentence: string
  readonly action?: { readonly id: ErrorAction; readonly label: string }
}

const actionOf: Partial<Record<ErrorCode, ErrorAction>> = {
  NOT_SIGNED_IN: 'sign-in',
  WORKSPACE_UNREACHABLE: 'try-now',
  KEY_CHANGED: 'compare-keys',
  PEER_KEY_MISMATCH: 'compare-keys',
  EMAIL_TAKEN: 'sign-in',
  CONSENT_NEEDED: 'look',
  KEYRING_ABSENT: 'unlock',
  KEYRING_LOCKED: 'unlock',
  KEYRING_DENIED: 'unlock',
  SOURCE_NOT_FOUND: 'retry',
  SOURCE_CHANGED: 'retry',
  SOURCE_UNREADABLE: 'retry',
  NAME_COLLISION: 'choose-another',
  FOLDER_OVER_FILE: 'choose-another',
  TARGET_BUSY: 'retry',
  TARGET_LOCKED: 'retry',
  TARGET_NOT_WRITABLE: 'retry',
  DISK_FULL: 'retry',
  DRIVE_GONE: 'choose-another',
  IO_ERROR: 'retry',
  INTEGRITY: 'retry',
  PEER_UNREACHABLE: 'try-now',
  PEER_LOST: 'try-now',
  PEER_REFUSED: 'try-now',
  TICKET_INVALID: 'retry',
  STALLED: 'try-now',
}

/**
 * An error in one sentence, with what can be done about it. Unknown codes (of a newer version) read like INTERNAL.
 * `extra` adds what the envelope cannot know: whose disk (`place`), who the other side is (`peer`).
 */
export function errorSentence(
  error: { readonly code: string; readonly params?: ErrorEnvelope['params'] },
  clock: ClockContext,
  extra: FillParams = {},
): ErrorSentence {
  const code = isErrorCode(error.code) ? error.code : 'INTERNAL'
  const params = withPossessive({ ...extra, ...error.params })
  const sentence = fillFirst([...adviceFor(code, params), ...errorSentences[code]], params, clock)
  const action = actionOf[code]
  return action === undefined ? { sentence } : { sentence, action: { id: action, label: errorActionLabel(action) } }
}

function errorActionLabel(action: ErrorAction): string {
  switch (action) {
    case 'retry':
      return say('error.action.retry')
    case 'try-now':
      return say('error.action.tryNow')
    case 'sign-in':
      return say('error.action.signIn')
    case 'compare-keys':
      return say('error.action.compareKeys')
    case 'choose-another':
      return say('error.action.chooseAnother')
    case 'look':
      return say('error.action.look')
    case 'unlock':
      return say('error.action.unlock')
  }
}

/** More exact sentences for errors that say themselves what would be right. */
function adviceFor(code: ErrorCode, params: FillParams): readonly string[] {
  const { advice, problem, needs, feature } = params
  if (code === 'FORBIDDEN' && (needs === 'admin' || needs === 'employee')) return [roleNeeded[needs]]
  if (code === 'UNSUPPORTED' && typeof feature === 'string' && Object.hasOwn(featureAdvice, feature)) {
    return [featureAdvice[feature as keyof typeof featureAdvice]]
  }
  if (code === 'PARTY_UNKNOWN' && problem === 'no-machine') return [partyWithoutMachine]
  if (code === 'QUERY_INVALID' && typeof advice === 'string' && Object.hasOwn(queryAdvice, advice)) {
    return [queryAdvice[advice as keyof typeof queryAdvice]]
  }
  if (typeof advice === 'string' && Object.hasOwn(specificationAdvice, advice)) {
    const sentence = specificationAdvice[advice as keyof typeof specificationAdvice]
    // Numbers of most settings have a unit.
    return [sentence.replace('{max}', '{max} {unit}'), sentence]
  }
  if (code === 'PATH_INVALID' && typeof problem === 'string' && Object.hasOwn(pathAdvice, problem)) {
    return [pathAdvice[problem as keyof typeof pathAdvice]]
  }
  if (code === 'CONFLICT' && typeof problem === 'string' && Object.hasOwn(conflictAdvice, problem)) {
    return [conflictAdvice[problem as keyof typeof conflictAdvice]]
  }
  const isOfRequest = code === 'BAD_REQUEST' || code === 'NOT_SIGNED_IN' || code === 'BAD_CREDENTIALS'
  if (isOfRequest && typeof problem === 'string' && Object.hasOwn(requestAdvice, problem)) {
    return [requestAdvice[problem as keyof typeof requestAdvice]]
  }
  if (code === 'NOT_SIGNED_IN' && problem === 'no-invitation') return serverAdvice[problem]
  if (code === 'PATH_NOT_GRANTED' && problem === 'outside-files') return serverAdvice[problem]
  if (code === 'SPECIAL_FILE' && params.kind === 'link') {
    const { reason } = params
    const isKnown = typeof reason === 'string' && Object.hasOwn(linkAdvice, reason)
    return [linkAdvice[isKnown ? (reason as keyof typeof linkAdvice) : 'left-out']]
  }
  if (code === 'NOT_FOUND' && params.entity === 'workspace' && params.path) return [workspaceFolderAdvice.absent]
  if (code === 'FILE_EXISTS' && params.entity === 'workspace') return [workspaceFolderAdvice.present]
  if (code === 'NAME_NOT_ALLOWED' && problem === 'no-date') return [nameLikeDate]
  if (code === 'INPUT_UNREADABLE' && typeof problem === 'string' && Object.hasOwn(inputAdvice, problem)) {
    return [inputAdvice[problem as keyof typeof inputAdvice]]
  }
  if (code === 'CERTIFICATE_INVALID' && typeof problem === 'string' && Object.hasOwn(certificateAdvice, problem)) {
    return [certificateAdvice[problem as keyof typeof certificateAdvice]]
  }
  if (code === 'ADDRESS_UNUSABLE' && typeof problem === 'string' && Object.hasOwn(addressAdvice, problem)) {
    return [addressAdvice[problem as keyof typeof addressAdvice]]
  }
  return []
}

/** `{places}` is `{place}` as an owner: "John's", "hq's". */
function withPossessive(params: FillParams): FillParams {
  const { place } = params
  return typeof place === 'string' && place !== '' ? { ...params, places: `${place}'s` } : params
}
