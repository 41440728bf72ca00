import type { JobId } from '../../../shared/domain/ids.ts'
import { isRecord } from '../envelope.ts'
import { flag, misused, requiredId, requiredRecord } from '../find.ts'
import type { WireAnswer, WireCall, WireRoute } from '../wire-route.ts'

/** To whom a delivery, a request or a transfer goes. */
export const recipientRoutes: readonly WireRoute[] = [
  { verb: 'GET', uri: 'job/recipients', answer: listRecipients },
  { verb: 'PUT', uri: 'job/recipient/add', answer: addRecipient },
  { verb: 'DELETE', uri: 'job/recipient', answer: removeRecipient },
]

/** For people, a recipient is the bare address: clients look for it there before they take somebody away. */
async function listRecipients(call: WireCall): Promise<WireAnswer> {
  const { recipients } = await call.run('recipient/list', { id: requiredId<JobId>(call) })
  return { result: recipients.map(({ userId, email, actioned }) => ({ user: userId, user_hr: email, actioned })) }
}

/** True for who was added, false for who was there already. */
async function addRecipient(call: WireCall): Promise<WireAnswer> {
  const data = requiredRecord(call)
  const invite = data.invite === undefined || data.invite === null || flag(data, 'invite')
  const input = { id: requiredId<JobId>(call), recipient: recipientOf(data), invite }
  const { added } = await call.run('recipient/add', input)
  return { result: added }
}

async function removeRecipient(call: WireCall): Promise<WireAnswer> {
  const input = { id: requiredId<JobId>(call), recipient: recipientOf(call.data) }
  const { removed } = await call.run('recipient/remove', input)
  return { result: removed }
}

/** An id or an address, as it is or as `user:<id>`. */
function recipientOf(data: WireCall['data']): string {
  const recipient = isRecord(data) ? data.recipient : undefined
  if (typeof recipient !== 'string') throw misused('recipient', 'text')
  return recipient.replace(/^user:/, '')
}
