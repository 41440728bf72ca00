import { TernError } from '../../../shared/domain/errors.ts'
import type { Job, JobStatus } from '../../../shared/domain/job.ts'
import { wireProgress, wireSpeed } from '../../../shared/domain/units/wire-figures.ts'
import { transferReport } from '../../../shared/words/transfer-report.ts'
import { attributesFor, wireEntityTypes } from '../attributes.ts'
import { isRecord } from '../envelope.ts'
import { findFlags, flag } from '../find.ts'
import type { WireAnswer, WireCall, WireRoute } from '../wire-route.ts'
import { transfersOf } from './transfer-wire.ts'

/** What there is, what it can be asked for, and how it stands. */
export const overviewRoutes: readonly WireRoute[] = [
  { verb: 'GET', uri: 'entitytypes', answer: () => ({ result: wireEntityTypes }) },
  { verb: 'GET', uri: 'attributes', answer: listAttributes },
  ...['transfer', 'job'].flatMap((entity): readonly WireRoute[] => [
    { verb: 'GET', uri: `${entity}/report`, answer: reportTransfers },
    { verb: 'GET', uri: `${entity}/metrics`, answer: measureTransfers },
  ]),
  ...['compute', 'engine', 'lane', 'stream'].flatMap((entity): readonly WireRoute[] => [
    { verb: 'GET', uri: `${entity}/find`, answer: () => ({ result: [] }) },
    { verb: 'POST', uri: `${entity}/create`, answer: () => refuse(entity) },
  ]),
]

function listAttributes({ data, context }: WireCall): WireAnswer {
  const asked = isRecord(data) ? data : {}
  const { entitytype } = asked
  const purpose = flag(asked, 'create') ? 'create' : flag(asked, 'update') ? 'update' : 'read'
  const names = typeof entitytype === 'string' ? attributesFor(entitytype, context.caller, purpose) : undefined
  if (names === undefined) {
    const entity = typeof entitytype === 'string' ? entitytype.slice(0, 100) : ''
    throw new TernError('BAD_REQUEST', { problem: 'entity-type', entity, allowed: wireEntityTypes.join(', ') })
  }
  return { result: names }
}

/** More are summed up from the newest of them. */
const mostSummedUp = 10_000

interface Figures {
  readonly transfers: number
  readonly statuses: Readonly<Partial<Record<JobStatus, number>>>
  readonly sizeBytes: number
  readonly doneBytes: number
  readonly bytesPerSecond: number
}

async function figuresOf(call: WireCall): Promise<Figures> {
  const jobs: Job[] = []
  for await (const job of transfersOf(call, { ...findFlags(call), limit: mostSummedUp })) {
    jobs.push(job)
    if (jobs.length >= mostSummedUp) break
  }
  const statuses: Partial<Record<JobStatus, number>> = {}
  for (const { status } of jobs) statuses[status] = (statuses[status] ?? 0) + 1
  const sum = (of: (job: Job) => number) => jobs.reduce((all, job) => all + of(job), 0)
  return {
    transfers: jobs.length,
    statuses,
    sizeBytes: sum((job) => job.sizeBytes),
    doneBytes: sum((job) => job.result.bytesVerified),
    bytesPerSecond: sum((job) => call.context.progress.figuresOf(job.id)?.bytesPerSecond ?? 0),
  }
}

async function reportTransfers(call: WireCall): Promise<WireAnswer> {
  return { report: transferReport(await figuresOf(call)) }
}

async function measureTransfers(call: WireCall): Promise<WireAnswer> {
  const { transfers, statuses, sizeBytes, doneBytes, bytesPerSecond } = await figuresOf(call)
  const isDone = transfers > 0 && statuses.done === transfers
  const all: Readonly<Record<string, unknown>> = {
    transfers,
    status: statuses,
    size: sizeBytes,
    transferred: doneBytes,
    progress: wireProgress({ doneBytes, totalBytes: sizeBytes, isDone }),
    speed: wireSpeed(bytesPerSecond),
  }
  const { attributes } = findFlags(call)
  if (attributes === undefined) return { result: all }
  return { result: Object.fromEntries(Object.entries(all).filter(([name]) => attributes.has(name))) }
}

function refuse(entity: string): never {
  throw new TernError('UNSUPPORTED', { feature: entity })
}
