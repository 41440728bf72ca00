import type { SqliteDatabase } from '../../platform/sqlite.ts'
import { invalidSpecification } from '../../shared/domain/specification/specification-values.ts'
import type { Plan } from '../jobs/plan-tasks.ts'
import { type UserRow, userById } from '../store/people.ts'
import { shareById } from '../store/places.ts'
import { defaultQueue, queueNamed } from './queue-rows.ts'

/**
 * The code of the queue that a new job goes into: the one it names, else that of a person who takes part in it, else that
 * of a share, else the default one.
 * @throws TernError SPEC_INVALID `{jsonPath, advice, queue}` for a queue that is not there
 */
export function queueOfJob(
  database: SqliteDatabase,
  maker: Pick<UserRow, 'queue'>,
  plan: Plan,
  wanted: string | undefined,
): string {
  if (wanted !== undefined) {
    const named = queueNamed(database, wanted)
    if (named === undefined) throw invalidSpecification('$.queue', 'queue-unknown', { queue: wanted.slice(0, 100) })
    return named.code
  }
  const ends = [plan.destination, plan.source]
  const people = ends.flatMap(({ user }) => (user === undefined ? [] : [userById(database, user.id)?.queue]))
  const first = plan.tasks[0]
  const shares = [first?.destination.shareId, first?.source.shareId].flatMap((id) =>
    id === undefined ? [] : [shareById(database, id)?.queue],
  )
  const bound = [...people, maker.queue, ...shares].find((code) => typeof code === 'string')
  return bound ?? defaultQueue(database).code
}
