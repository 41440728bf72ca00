import type { UserId } from '../../shared/domain/ids.ts'
import { checkShareFolder } from '../../shared/domain/meaning/volumes.ts'
import { freeCode } from '../access/entity-codes.ts'
import type { CheckedInput } from '../api/checked-input.ts'
import { requireQueue } from '../queues/queue-rows.ts'
import { defaultShare, insertShare, type NewShare, type ShareRow } from '../store/places.ts'
import type { Transaction } from '../store/store.ts'
import { makeDefault, tell } from './share-changes.ts'
import { assignServer } from './share-servers.ts'

type ShareInput = CheckedInput<'share/create'> | CheckedInput<'share/update'>

/** The first volume is what a bare path is below. @throws TernError CONFLICT, PATH_INVALID, NOT_FOUND */
export function createShare(
  transaction: Transaction,
  by: UserId,
  place: Pick<NewShare, 'site_code' | 'path' | 'parent_id' | 'relative_path'>,
  input: CheckedInput<'share/create'>,
): ShareRow {
  const { database, nowMs } = transaction
  const isFirst = input.kind === 'volume' && defaultShare(database) === undefined
  const share = insertShare(database, {
    code: freeCode(database, 'share', input),
    name: input.name ?? input.code ?? 'share',
    kind: input.kind,
    is_default: isFirst ? 1 : 0,
    user_id: null,
    ...place,
    ...shareColumns(transaction, input),
    created_at: nowMs,
    created_by: by,
  })
  if (input.isDefault) makeDefault(transaction, share)
  if (input.clientId !== undefined) assignServer(transaction, share, input.clientId, input.path)
  tell(transaction, share)
  return share
}

/** What is written of a share, by the names of its columns. */
export function shareColumns({ database }: Transaction, input: ShareInput) {
  const { paths, status, emails, queue, description, metadata } = input
  return {
    ...pathsOf(paths),
    ...(status !== undefined && { status }),
    ...(emails !== undefined && { emails: JSON.stringify(emails) }),
    ...(queue !== undefined && { queue: queue === null ? null : requireQueue(database, queue).code }),
    ...(description !== undefined && { description }),
    ...(metadata !== undefined && { metadata: JSON.stringify(metadata ?? {}) }),
  }
}

function pathsOf(paths: ShareInput['paths']) {
  const folder = (system: 'windows' | 'linux' | 'mac') =>
    paths?.[system] === undefined ? {} : { [`path_${system}`]: checkShareFolder(system, paths[system]) }
  return { ...folder('windows'), ...folder('linux'), ...folder('mac') }
}
