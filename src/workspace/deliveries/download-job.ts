import { newEntityId } from '../../platform/random-id.ts'
import type { JobId } from '../../shared/domain/ids.ts'
import { type JobContext, makeJob } from '../jobs/create-transfer.ts'
import { directoryUser } from '../jobs/resolve-place.ts'
import { type UserRow, userById } from '../store/people.ts'
import { mainSite, shareById } from '../store/places.ts'
import type { Transaction } from '../store/store.ts'
import type { NewTask } from '../store/tasks.ts'
import { type DeliveryRow, filesOf, placeOf } from './delivery-store.ts'

const defaultPriority = 500

/**
 * The transfer by which one recipient takes the delivery's files: in the name of who made it, so that their rights count,
 * and waiting until its receiver chooses where it lands.
 */
export function makeDownload(transaction: Transaction, delivery: DeliveryRow, recipient: UserRow): JobId | undefined {
  const { database } = transaction
  const maker = userById(database, delivery.user_id)
  const receiver = directoryUser(recipient)
  const files = filesOf(database, delivery.id)
  const tasks = files.map(({ share_id: shareId, path }, index): NewTask => {
    const siteCode = shareById(database, shareId)?.site_code ?? mainSite
    return {
      uri: `${index}`,
      status: 'pending',
      priority: defaultPriority,
      source: { siteCode, shareId, path },
      destination: { userId: recipient.id, path: '', placement: 'into' },
      settings: {},
    }
  })
  const [first] = tasks
  if (maker === undefined || first === undefined) return undefined
  const site = first.source.siteCode ?? mainSite
  const context: JobContext = {
    spec: {
      name: delivery.name,
      settings: {},
      priority: defaultPriority,
      mirrorPaths: false,
      ...(delivery.queue !== null && { queue: delivery.queue }),
    },
    note: delivery.message ?? undefined,
    specText: JSON.stringify({
      name: delivery.name,
      tasks: files.map((file) => ({ source: placeOf(file.share_id, file.path) })),
      recipients: [recipient.email],
    }),
    caller: { user: maker, client: undefined, tokenHash: '' },
    parentId: delivery.id,
  }
  const source = { site, isPending: false, endpoint: first.source }
  const destination = { user: receiver, isPending: true, endpoint: first.destination }
  return makeJob(transaction, newEntityId<JobId>(), { source, destination, tasks }, context)
}
