import type { OperationInput } from '../../shared/contract/operations.ts'
import type { ErrorEnvelope, ErrorParams } from '../../shared/domain/errors.ts'
import type { DispatchEnd } from './outcome.ts'

export type TaskReport = OperationInput<'dispatch/report'>['tasks'][number]

/** What a workspace takes of one text; a peer may have said more, and paths on a disk can be longer. */
const maxToldLength = 4096
const maxKeyLength = 64
/** Of all parameters of one error. */
const maxParamsLength = 8192

/** Told by name where all of them would be too much. */
const fewNames = 10

interface Told {
  readonly path: string
  readonly error: ErrorEnvelope
}

interface BoundedReport {
  readonly report: TaskReport
  /** As JSON. */
  readonly bytes: number
}

/**
 * A report as a workspace takes it: it would refuse all of it, and the end of the run with it, for one text that is too
 * long or for too many of them.
 */
export function boundedReport(report: TaskReport, maxBytes: number): BoundedReport {
  const bounded = withShortTexts(report)
  const bytes = bytesOf(bounded)
  if (bytes <= maxBytes) return { report: bounded, bytes }
  const { names, failures, notes } = bounded
  const few = {
    ...bounded,
    ...(names && { names: { ...names, told: names.told.slice(0, fewNames) } }),
    ...(failures && { failures: failures.slice(0, fewNames) }),
    ...(notes && { notes: notes.slice(0, fewNames) }),
  }
  return { report: few, bytes: bytesOf(few) }
}

function bytesOf(report: TaskReport): number {
  return Buffer.byteLength(JSON.stringify(report))
}

function withShortTexts({ error, pathAbsFinal, names, failures, notes, ...report }: TaskReport): TaskReport {
  return {
    ...report,
    ...(error !== undefined && { error: boundedError(error) }),
    ...(pathAbsFinal !== undefined && { pathAbsFinal: cut(pathAbsFinal) }),
    ...(names && { names: { ...names, told: names.told.map(boundedTold) } }),
    ...(failures && { failures: failures.map(boundedTold) }),
    ...(notes && { notes: notes.map((note) => ({ ...note, path: cut(note.path) })) }),
  }
}

export function boundedEnd({ error, ...end }: DispatchEnd): DispatchEnd {
  return { ...end, ...(error !== undefined && { error: boundedError(error) }) }
}

function boundedTold({ path, error }: { readonly path: string; readonly error: unknown }): Told {
  return { path: cut(path), error: boundedError(error) }
}

/** The contract's types do not say what goes into an error. */
function boundedError(error: unknown): ErrorEnvelope {
  const { code, params = {} } = error as ErrorEnvelope
  const bounded: Record<string, ErrorParams[string]> = {}
  let left = maxParamsLength
  for (const [key, value] of Object.entries(params)) {
    const told = typeof value === 'string' ? cut(value) : value
    const length = key.length + String(told).length
    if (key.length > maxKeyLength || length > left) continue
    left -= length
    bounded[key] = told
  }
  return { code, ...(Object.keys(bounded).length > 0 && { params: bounded }) }
}

/** What is missing is seen to be missing. */
function cut(text: string): string {
  return text.length <= maxToldLength ? text : `${text.slice(0, maxToldLength - 1)}…`
}
