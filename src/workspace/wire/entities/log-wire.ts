import { nowMs } from '../../../platform/clock.ts'
import type { OperationOutput } from '../../../shared/contract/operations.ts'
import { TernError } from '../../../shared/domain/errors.ts'
import { isEntityId, type JobId } from '../../../shared/domain/ids.ts'
import { printWireDate } from '../../../shared/domain/units/wire-date.ts'
import { logSentence } from '../../../shared/words/log-sentence.ts'
import { isRecord } from '../envelope.ts'
import { findId, flag, misused, requiredId } from '../find.ts'
import { safeText } from '../safe-text.ts'
import type { WireAnswer, WireCall, WireRecord, WireRoute } from '../wire-route.ts'

/** What transfers, tasks and deliveries have been through, and what was done to everything else. */
export const logRoutes: readonly WireRoute[] = [{ verb: 'GET', uri: 'log/find', answer: findLog }]

const pageSize = 1000
/** A script that says no limit gets as much at once. */
const mostAtOnce = 10_000
const jobTypes = ['transfer', 'job', 'task', 'delivery', 'request']

type Line = OperationOutput<'transfer/log'>['entries'][number]

/** `sort` is by date alone; `search` looks at codes and parameters; `pagination` is `{page, limit, skip}`. */
async function findLog(call: WireCall): Promise<WireAnswer> {
  const data = isRecord(call.data) ? call.data : {}
  const { entitytype = 'transfer', search, sort = 'date', task } = data
  if (typeof entitytype !== 'string') throw misused('entitytype', 'text')
  if (sort !== null && sort !== 'date') throw misused('sort', 'text')
  const isNewestFirst = flag(data, 'sort_reverse')
  const { skip, limit } = paginationOf(data.pagination)
  if (!jobTypes.includes(entitytype.toLowerCase())) {
    const sought = typeof search === 'string' ? search.toLowerCase() : ''
    const lines = (await auditLines(call)).filter((line) => JSON.stringify(line).toLowerCase().includes(sought))
    return { result: (isNewestFirst ? lines : lines.reverse()).slice(skip, skip + limit) }
  }
  const jobId = requiredId<JobId>(call)
  const lines: WireRecord[] = []
  let seen = 0
  for (let cursor: string | undefined; ; ) {
    const page = await call.run('transfer/log', {
      jobId,
      limit: pageSize,
      order: isNewestFirst ? 'newest' : 'oldest',
      ...(typeof search === 'string' && search !== '' && { search: search.slice(0, 200) }),
      ...(typeof task === 'string' && { uri: task.slice(0, 64) }),
      ...(cursor !== undefined && { cursor }),
    })
    for (const line of page.entries) {
      if (seen >= skip && lines.length < limit) lines.push(recordOf(jobId, line))
      seen += 1
    }
    cursor = page.nextCursor
    if (cursor === undefined || lines.length >= limit) return { result: lines }
  }
}

/** What was done to one entity, or in the whole workspace where none is named: the newest first, as many as there may be. */
async function auditLines(call: WireCall): Promise<WireRecord[]> {
  const id = findId(call)
  const lines: WireRecord[] = []
  for (let cursor: string | undefined; lines.length < mostAtOnce; ) {
    const page = await call.run('audit/list', {
      limit: pageSize,
      ...(id !== undefined && { subject: id }),
      ...(cursor !== undefined && { cursor }),
    })
    for (const { atMs, action, subject, userId, userName, remote, params } of page.entries) {
      lines.push({
        date: printWireDate(atMs),
        level: 'info',
        code: action,
        message: [userName, action, subject].filter((part) => part !== undefined).join(' '),
        ...(userId !== undefined && { user: userId }),
        ...(subject !== undefined && { subject }),
        ...(remote !== undefined && { ip: remote }),
        ...(params && { params }),
      })
    }
    cursor = page.nextCursor
    if (cursor === undefined) break
  }
  return lines
}

function paginationOf(given: unknown): { readonly skip: number; readonly limit: number } {
  const pagination = given ?? {}
  if (!isRecord(pagination)) throw misused('pagination', 'record')
  const count = (name: string, without: number) => {
    const value = pagination[name] ?? without
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
      throw new TernError('BAD_REQUEST', { jsonPath: `$.data.pagination.${name}`, problem: 'count' })
    }
    return value
  }
  const limit = Math.min(count('limit', mostAtOnce) || mostAtOnce, mostAtOnce)
  return { skip: count('skip', 0) + Math.max(count('page', 1) - 1, 0) * limit, limit }
}

function recordOf(jobId: JobId, { atMs, level, code, params, uri }: Line): WireRecord {
  const user = params?.userId
  return {
    date: printWireDate(atMs),
    level,
    code,
    message: safeText(logSentence({ code, ...(params && { params }) }, { nowMs: nowMs() })),
    job: jobId,
    ...(uri !== undefined && { task: uri }),
    ...(typeof user === 'string' && isEntityId(user) && { user }),
  }
}
