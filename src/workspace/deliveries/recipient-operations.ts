import { type Handlers, viewScopeOf } from '../api/context.ts'
import { handOutInvitations } from '../invitations/hand-out.ts'
import { addRecipient, listRecipients, removeRecipient } from './recipients.ts'

export const recipientOperations: Handlers<'recipient/list' | 'recipient/add' | 'recipient/remove'> = {
  'recipient/list': (context, { id }) => ({ recipients: listRecipients(viewScopeOf(context), context.caller, id) }),

  'recipient/add': async (context, input) => {
    const { added, invitation } = await context.store.write((transaction) =>
      addRecipient(transaction, context.caller, input),
    )
    return { added, invitations: await handOutInvitations(context, invitation ? [invitation] : []) }
  },

  'recipient/remove': async (context, input) => ({
    removed: await context.store.write((transaction) =>
      removeRecipient(transaction, context.caller, input, context.scheduler.options),
    ),
  }),
}
