import { operationSchemas } from '../../shared/contract/operation-schemas.ts'
import { type OperationName, operationAudience, operationNames } from '../../shared/contract/operations.ts'
import { TernError } from '../../shared/domain/errors.ts'
import { type Caller, checkAudience } from '../access/caller.ts'
import { auditOperations } from '../audit/audit-operations.ts'
import { collectionOperations } from '../collections/collection-operations.ts'
import { deliveryOperations } from '../deliveries/delivery-operations.ts'
import { recipientOperations } from '../deliveries/recipient-operations.ts'
import { fileOperations } from '../files/file-operations.ts'
import { invitationOperations } from '../invitations/invitation-operations.ts'
import { mailOperations } from '../mail/mail-operations.ts'
import { clientOperations } from '../people/client-operations.ts'
import { userOperations } from '../people/user-operations.ts'
import { queueOperations } from '../queues/queue-operations.ts'
import { keyOperations } from '../sessions/key-operations.ts'
import { ownSessionOperations } from '../sessions/own-session-operations.ts'
import { settingOperations } from '../settings/setting-operations.ts'
import { aclOperations } from '../shares/acl-operations.ts'
import { shareOperations } from '../shares/share-operations.ts'
import { siteOperations } from '../sites/site-operations.ts'
import { workspaceOperations } from '../sites/workspace-operations.ts'
import type { AnonymousContext, CallerOperation, Handlers } from './context.ts'
import { inputProblem } from './input-problem.ts'
import { peopleOperations } from './people-operations.ts'
import { anonymousOperations } from './session-operations.ts'
import { transferOperations } from './transfer-operations.ts'

const callerOperations: Handlers<CallerOperation> = {
  ...peopleOperations,
  ...settingOperations,
  ...shareOperations,
  ...aclOperations,
  ...collectionOperations,
  ...fileOperations,
  ...invitationOperations,
  ...keyOperations,
  ...mailOperations,
  ...ownSessionOperations,
  ...auditOperations,
  ...userOperations,
  ...siteOperations,
  ...queueOperations,
  ...clientOperations,
  ...workspaceOperations,
  ...deliveryOperations,
  ...recipientOperations,
  ...transferOperations,
}

const kilobytes = 1024
const bodyLimits: Partial<Record<OperationName, number>> = {
  'transfer/create': 64 * kilobytes * kilobytes,
  'task/create': 64 * kilobytes * kilobytes,
  'task/update': 4 * kilobytes * kilobytes,
  'transfer/measured': 4 * kilobytes * kilobytes,
  'dispatch/report': 4 * kilobytes * kilobytes,
  'transfer/resolve': kilobytes * kilobytes,
}

export function isOperation(name: string): name is OperationName {
  return (operationNames as readonly string[]).includes(name)
}

/** How much of a body is read at all; for strangers little. */
export function maxBodyBytes(name: OperationName): number {
  return bodyLimits[name] ?? 256 * kilobytes
}

/** What asks nobody else, so that the answer is the same for as long as the data is: see Memory. */
export function answersFromDataAlone(name: OperationName): boolean {
  return /\/(?:list|get|log)$/.test(name) && !name.startsWith('file/')
}

/** The gate that is passed before the body is read. */
export function admit(name: OperationName, caller: Caller | undefined): void {
  checkAudience(name, operationAudience[name], caller)
}

/** Checks the input and runs the operation. @throws TernError with the code that the caller gets */
export async function runOperation(
  name: OperationName,
  context: AnonymousContext,
  caller: Caller | undefined,
  body: unknown,
): Promise<unknown> {
  const input = checkedInput(name, body)
  const store = context.store.from({ remote: context.remoteNetwork, keyId: caller?.apiKey?.id })
  if (isAnonymous(name)) {
    const handler = anonymousOperations[name] as (context: AnonymousContext, input: unknown) => unknown
    return await handler({ ...context, store }, input)
  }
  if (caller === undefined) throw new TernError('NOT_SIGNED_IN')
  const handler = callerOperations[name] as (context: AnonymousContext & { caller: Caller }, input: unknown) => unknown
  return await handler({ ...context, store, caller }, input)
}

function isAnonymous(name: OperationName): name is keyof typeof anonymousOperations {
  return Object.hasOwn(anonymousOperations, name)
}

function checkedInput(name: OperationName, body: unknown): unknown {
  const checked = operationSchemas[name].input.safeParse(body)
  if (checked.success) return checked.data
  throw new TernError('BAD_REQUEST', inputProblem(checked.error.issues[0]))
}
