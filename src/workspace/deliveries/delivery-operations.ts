import { TernError } from '../../shared/domain/errors.ts'
import type { JobId } from '../../shared/domain/ids.ts'
import { isElevated } from '../access/rights.ts'
import { type Handlers, type OperationContext, viewScopeOf } from '../api/context.ts'
import { handOutInvitations } from '../invitations/hand-out.ts'
import { changeDelivery, createDelivery, deleteDelivery } from './create-delivery.ts'
import { maySeeDelivery } from './delivery-rights.ts'
import { deliveryById, filesOf, isRecipient, placeOf, viewDelivery } from './delivery-store.ts'
import { listDeliveries } from './list-deliveries.ts'

type Names = 'delivery/create' | 'delivery/list' | 'delivery/get' | 'delivery/update' | 'delivery/delete'

const shownFiles = 1000

export const deliveryOperations: Handlers<Names> = {
  'delivery/create': async (context, input) => {
    const { id, invitations } = await context.store.write((transaction) =>
      createDelivery(transaction, context.caller, input, context.scheduler.options),
    )
    return { delivery: visible(context, id), invitations: await handOutInvitations(context, invitations) }
  },

  'delivery/list': (context, input) => {
    const { database } = viewScopeOf(context)
    const { rows, nextCursor } = listDeliveries(database, context.caller, input)
    return { deliveries: rows.map((row) => viewDelivery(database, row)), ...(nextCursor && { nextCursor }) }
  },

  'delivery/get': (context, { id }) => {
    const { database } = viewScopeOf(context)
    const delivery = visible(context, id)
    // What others put in, and where it lies, is not for those who get it: they look at what their transfer holds.
    const rows = isElevated(context.caller.user) ? filesOf(database, id, shownFiles) : []
    const files = rows.map(({ share_id: shareId, path, job_id: jobId }) => ({
      place: placeOf(shareId, path),
      ...(jobId !== null && { jobId }),
    }))
    return { delivery, files }
  },

  'delivery/update': async (context, input) => {
    await context.store.write((transaction) =>
      changeDelivery(transaction, context.caller, input, context.scheduler.options),
    )
    return { delivery: visible(context, input.id), invitations: [] }
  },

  'delivery/delete': async (context, input) => {
    await context.store.write((transaction) =>
      deleteDelivery(transaction, context.caller, input, context.scheduler.options),
    )
    return {}
  },
}

function visible(context: OperationContext, id: JobId) {
  const { database } = viewScopeOf(context)
  const { user } = context.caller
  const row = deliveryById(database, id)
  if (row === undefined || !maySeeDelivery(user, row, () => isRecipient(database, id, user.id))) {
    throw new TernError('NOT_FOUND', { entity: 'delivery', id })
  }
  return viewDelivery(database, row)
}
