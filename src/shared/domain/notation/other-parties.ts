import { isEntityId } from '../ids.ts'
import type { PartyReference } from './place.ts'

/**
 * Whether two parties are others for sure, without knowing the workspace: a code and an id may be one party, two e-mail
 * addresses are not.
 */
export function areOtherParties(a: PartyReference, b: PartyReference): boolean {
  if (a.kind === 'user' && b.kind === 'user') return areOtherNames(a.user, b.user)
  if (a.kind === 'site' && b.kind === 'site') return areOtherNames(a.code, b.code)
  return (a.kind === 'user' && b.kind === 'site') || (a.kind === 'site' && b.kind === 'user')
}

function areOtherNames(a: string, b: string): boolean {
  return isEntityId(a) === isEntityId(b) && a.toLowerCase() !== b.toLowerCase()
}
