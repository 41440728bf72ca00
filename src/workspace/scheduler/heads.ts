import { type JobPartRow, updatePart } from '../store/job-parts.ts'
import type { Transaction } from '../store/store.ts'
import type { ScheduleFacts } from './schedule-facts.ts'

interface Pair {
  readonly source_key: string
  readonly destination_key: string
}

/** So that a share that is switched off, with many jobs at it, holds nobody else up for long in one look. */
const maxBarredInOneLook = 200

/**
 * The first part in line between each two ends that are there; of queues with the same priority, one each. A few seeks,
 * whatever the number of jobs: the index leads from end to end, past those that are away. What something of its own stands
 * in the way of is put aside until that changes, or it would hide those behind it.
 */
export function readHeads(transaction: Transaction, facts: ScheduleFacts): JobPartRow[] {
  const { database } = transaction
  const heads: JobPartRow[] = []
  let barred = 0
  for (let pair = nextPair(transaction, '', ''); pair; ) {
    const { source_key: source, destination_key: destination } = pair
    if (facts.end(source).obstacle) {
      const next = facts.nextPresent(source)
      pair = next === undefined ? nextPair(transaction, source, behindAll) : pairFrom(transaction, next, '')
      continue
    }
    if (facts.end(destination).obstacle) {
      const next = facts.nextPresent(destination)
      pair = next === undefined ? nextPair(transaction, source, destination) : pairFrom(transaction, source, next)
      continue
    }
    let found = 0
    for (const { code, priority } of queuesOf(pair)) {
      if (priority < found) break
      const head = headOf(pair, code)
      if (head === undefined) continue
      heads.push(head)
      found = priority
    }
    pair = nextPair(transaction, source, destination)
  }
  if (barred >= maxBarredInOneLook) transaction.effects.schedule()
  return heads

  function queuesOf({ source_key, destination_key }: Pair): readonly { code: string; priority: number }[] {
    const open = 'FROM job_parts WHERE is_ready = 1 AND is_barred = 0 AND source_key = ?1 AND destination_key = ?2'
    return database
      .all<{ code: string }>(
        `WITH RECURSIVE found (code) AS (
           SELECT min(queue) ${open}
           UNION ALL SELECT (SELECT min(queue) ${open} AND queue > found.code) FROM found WHERE code IS NOT NULL)
         SELECT code FROM found WHERE code IS NOT NULL`,
        [source_key, destination_key],
      )
      .map(({ code }) => ({ code, priority: facts.queue(code).priority }))
      .sort((left, right) => right.priority - left.priority)
  }

  function headOf({ source_key, destination_key }: Pair, queue: string): JobPartRow | undefined {
    if (facts.queueObstacle(queue)) return undefined
    while (barred < maxBarredInOneLook) {
      const head = database.get<JobPartRow>(
        `SELECT * FROM job_parts WHERE is_ready = 1 AND is_barred = 0 AND source_key = ? AND destination_key = ?
           AND queue = ? AND next_at <= ? ORDER BY priority DESC, queued_at, job_id, part LIMIT 1`,
        [source_key, destination_key, queue, transaction.nowMs],
      )
      if (head === undefined || facts.switchedOff(head)) return undefined
      if (facts.shareObstacle(head) === undefined) return head
      updatePart(database, head, { is_barred: 1 })
      barred += 1
    }
    return undefined
  }
}

/** No key begins with what sorts behind all of them. */
const behindAll = '\u{10ffff}'

function nextPair({ database }: Transaction, source: string, destination: string): Pair | undefined {
  return database.get<Pair>(pairsAt('>'), [source, destination])
}

/** The one that is named, or the next. */
function pairFrom({ database }: Transaction, source: string, destination: string): Pair | undefined {
  return database.get<Pair>(pairsAt('>='), [source, destination])
}

function pairsAt(where: '>' | '>='): string {
  return `SELECT source_key, destination_key FROM job_parts
     WHERE is_ready = 1 AND is_barred = 0 AND (source_key, destination_key) ${where} (?, ?)
     ORDER BY source_key, destination_key LIMIT 1`
}
