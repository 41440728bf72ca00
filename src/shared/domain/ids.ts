declare const brand: unique symbol
type Branded<Name extends string> = string & { readonly [brand]: Name }

/** 24 lower-case hexadecimal characters each (the reference's entity ids). */
export type WorkspaceId = Branded<'WorkspaceId'>
export type UserId = Branded<'UserId'>
export type ClientId = Branded<'ClientId'>
export type ShareId = Branded<'ShareId'>
export type JobId = Branded<'JobId'>
export type DispatchId = Branded<'DispatchId'>
export type InvitationId = Branded<'InvitationId'>
export type ApiKeyId = Branded<'ApiKeyId'>
export type SessionId = Branded<'SessionId'>
export type SiteId = Branded<'SiteId'>
export type QueueId = Branded<'QueueId'>

/** UUID version 4. */
export type TaskId = Branded<'TaskId'>

const entityIdPattern = /^[0-9a-f]{24}$/

export function isEntityId(text: string): boolean {
  return entityIdPattern.test(text)
}

/** An entity id of 24 hexadecimal characters from 12 random bytes; the caller owns the randomness. */
export function entityIdFrom<Id extends string>(randomBytes: Uint8Array): Id {
  let text = ''
  for (const byte of randomBytes.subarray(0, 12)) text += byte.toString(16).padStart(2, '0')
  return text as Id
}
