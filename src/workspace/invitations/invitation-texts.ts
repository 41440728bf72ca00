import type { ServerParts } from '../api/context.ts'
import type { MadeInvitation } from './find-or-invite.ts'
import { invitationText } from './invitations.ts'

/** As they are handed on: the whole string for each person. */
export function invitationTexts(
  { advertisedAddress, keyHash }: Pick<ServerParts, 'advertisedAddress' | 'keyHash'>,
  made: readonly MadeInvitation[],
): { readonly email: string; readonly invitation: string }[] {
  return made.map(({ email, code }) => ({ email, invitation: invitationText(advertisedAddress(), keyHash, code) }))
}
