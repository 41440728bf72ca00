import { randomBytes, randomUUID } from 'node:crypto'
import { entityIdFrom, type TaskId } from '../shared/domain/ids.ts'

/** A new entity id of 24 hexadecimal characters. */
export function newEntityId<Id extends string>(): Id {
  return entityIdFrom<Id>(randomBytes(12))
}

export function newTaskId(): TaskId {
  return randomUUID() as TaskId
}

/** A secret of `byteCount` random bytes as base64url. */
export function newSecret(byteCount = 32): string {
  return randomBytes(byteCount).toString('base64url')
}
