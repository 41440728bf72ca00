import { type ErrorParams, isErrorCode } from '../domain/errors.ts'
import { isMessageKey, say, sayWith } from './catalogue.ts'
import type { ClockContext } from './clock.ts'
import { errorSentence } from './error-sentence.ts'
import { singleLine } from './fill.ts'

/**
 * One entry of a job's log in words. Codes that this version does not know are shown as they are: a log leaves nothing
 * out.
 */
export function logSentence(
  entry: { readonly code: string; readonly params?: ErrorParams },
  clock: ClockContext,
): string {
  const params = entry.params ?? {}
  if (isErrorCode(entry.code)) {
    const cause = errorSentence({ code: entry.code, params }, clock).sentence
    // A sentence that begins with the file does not need it before itself again.
    const namesFile = cause.startsWith(`${safe(params.file)} `)
    if (hasText(params, 'uri') && hasText(params, 'file') && !namesFile) {
      return say('log.file.error', { uri: safe(params.uri), file: safe(params.file), cause })
    }
    return hasText(params, 'uri') ? say('log.task.error', { uri: safe(params.uri), cause }) : cause
  }
  const event = eventText(entry.code, params)
  const { error } = params
  if (typeof error !== 'string' || !isErrorCode(error)) return event
  const { error: _code, ...rest } = params
  return say('log.because', { event, cause: errorSentence({ code: error, params: rest }, clock).sentence })
}

function eventText(code: string, params: ErrorParams): string {
  if (code === 'job.declined' && hasText(params, 'text')) {
    return say('log.job.declined.because', { userName: safe(params.userName), text: safe(params.text) })
  }
  const key = `log.${code}`
  if (!isMessageKey(key)) return safe(code)
  const values: Record<string, string | number> = { count: Number(params.tasks ?? 0) }
  for (const [name, value] of Object.entries(params)) values[name] = typeof value === 'number' ? value : safe(value)
  const event = sayWith(key, values)
  const namesPerson = event.includes(safe(params.userName))
  return hasText(params, 'userName') && !namesPerson
    ? say('log.job.by', { event, userName: safe(params.userName) })
    : event
}

function hasText(params: ErrorParams, name: string): boolean {
  return Object.hasOwn(params, name) && params[name] !== ''
}

function safe(value: string | number | boolean | undefined): string {
  return singleLine(`${value ?? ''}`)
}
