import type { OperationContext } from '../api/context.ts'
import { queueMail } from '../mail/mail-queue.ts'
import type { MadeInvitation } from './find-or-invite.ts'
import { invitationText } from './invitations.ts'

/** Invitations for their maker to hand on: the whole string for each person, who also gets it by mail where one is sent. */
export async function handOutInvitations(
  { advertisedAddress, keyHash, store, caller }: OperationContext,
  made: readonly MadeInvitation[],
  message = '',
): Promise<{ readonly email: string; readonly invitation: string }[]> {
  const texts = made.map(({ email, code }) => ({
    email,
    invitation: invitationText(advertisedAddress(), keyHash, code),
  }))
  if (texts.length > 0) {
    await store.write((transaction) => {
      for (const { email, invitation } of texts) {
        queueMail(transaction, {
          recipient: email,
          kind: 'invitation',
          params: { sender: caller.user.name, invitation, message },
        })
      }
    })
  }
  return texts
}
