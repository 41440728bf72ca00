import type { z } from 'zod'
import type { operationSchemas } from './operation-schemas.ts'
import type { Audience } from './operations/audience.ts'
import { clientAudience } from './operations/client-schemas.ts'
import { collectionAudience } from './operations/collection-schemas.ts'
import { deliveryAudience } from './operations/delivery-schemas.ts'
import { fileAudience } from './operations/file-schemas.ts'
import { invitationAudience } from './operations/invitation-schemas.ts'
import { keyAudience } from './operations/key-schemas.ts'
import { mailAudience } from './operations/mail-schemas.ts'
import { queueAudience } from './operations/queue-schemas.ts'
import { auditAudience, sessionAudience } from './operations/session-schemas.ts'
import { shareAudience } from './operations/share-schemas.ts'
import { siteAudience } from './operations/site-schemas.ts'
import { userAudience } from './operations/user-schemas.ts'
import { workspaceAudience } from './operations/workspace-schemas.ts'

/**
 * The only API of a workspace. `POST /api/v3/operation/<name>` with the input as JSON and the session as a bearer token;
 * answers `{ "value": … }` with status 200 or `{ "error": { "code", "params" } }` with a status of 400 or more.
 * The same table is what the server checks, what the client calls and what docs/api.md lists.
 */
export type OperationName = keyof typeof operationSchemas

export type OperationInput<Name extends OperationName> = z.input<(typeof operationSchemas)[Name]['input']>
export type OperationOutput<Name extends OperationName> = z.output<(typeof operationSchemas)[Name]['output']>

export const operationAudience: Readonly<Record<OperationName, Audience>> = {
  'workspace/hello': 'anyone',
  'workspace/snapshot': 'signed-in',
  'invitation/inspect': 'anyone',
  'invitation/create': 'employee',
  'session/join': 'anyone',
  'session/join-server': 'anyone',
  'session/login': 'anyone',
  'session/logout': 'signed-in',
  'share/folder': 'signed-in',
  'setting/list': 'admin',
  'setting/set': 'admin',
  'client/register': 'signed-in',
  'client/announce': 'client',
  'transfer/create': 'signed-in',
  'transfer/list': 'signed-in',
  'transfer/get': 'signed-in',
  'transfer/update': 'signed-in',
  'transfer/delete': 'signed-in',
  'transfer/measured': 'client',
  'transfer/preview': 'signed-in',
  'transfer/resolve': 'client',
  'transfer/decline': 'signed-in',
  'transfer/consent': 'client',
  'transfer/remind': 'signed-in',
  'transfer/log': 'signed-in',
  'task/list': 'signed-in',
  'task/create': 'signed-in',
  'task/update': 'signed-in',
  'dispatch/claim': 'client',
  'dispatch/report': 'client',
  'dispatch/end': 'client',
  ...collectionAudience,
  ...fileAudience,
  ...invitationAudience,
  ...keyAudience,
  ...mailAudience,
  ...sessionAudience,
  ...auditAudience,
  ...userAudience,
  ...shareAudience,
  ...siteAudience,
  ...queueAudience,
  ...clientAudience,
  ...workspaceAudience,
  ...deliveryAudience,
}

export const operationNames = Object.keys(operationAudience) as readonly OperationName[]
