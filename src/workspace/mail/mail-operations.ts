import { type Handlers, viewScopeOf } from '../api/context.ts'
import { audit } from '../store/records.ts'
import { isMailOn, queuedMails } from './mail-queue.ts'

export const mailOperations: Handlers<'mail/get' | 'mail/password'> = {
  'mail/get': async (context) => {
    const { database } = viewScopeOf(context)
    const { password, mailer } = context.mail
    const lastError = mailer.lastError
    return {
      isOn: isMailOn(database),
      hasPassword: (await password.read()) !== undefined,
      queued: queuedMails(database),
      ...(lastError !== undefined && { lastError }),
    }
  },

  'mail/password': async ({ store, caller, mail }, { password }) => {
    await mail.password.write(password)
    await store.write((transaction) => {
      audit(transaction, { userId: caller.user.id, clientId: caller.client?.id, action: 'mail/password' })
    })
    mail.mailer.wake()
    return {}
  },
}
