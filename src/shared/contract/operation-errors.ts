import type { ErrorCode } from '../domain/errors.ts'
import type { OperationName } from './operations.ts'

/** What any operation may answer, beside its own: a caller has to be ready for these everywhere. */
export const errorsOfAnyOperation = [
  'BAD_REQUEST',
  'NOT_SIGNED_IN',
  'FORBIDDEN',
  'TOO_MANY_REQUESTS',
  'LIMIT_EXCEEDED',
  'INTERNAL',
] as const satisfies readonly ErrorCode[]

/** A place that somebody wrote, and the files behind it, asked of the site's storage. */
const place = ['NOT_FOUND', 'PARTY_UNKNOWN', 'PATH_AMBIGUOUS', 'PATH_INVALID', 'UNSUPPORTED'] as const
const storage = ['PEER_UNREACHABLE', 'PEER_LOST', 'STORAGE_SLOW', 'PATH_ESCAPES_ROOT', 'LINK_IN_PATH'] as const
const reading = [...place, ...storage, 'CONFLICT', 'SOURCE_NOT_FOUND', 'SOURCE_UNREADABLE', 'IO_ERROR'] as const
const writing = [
  ...reading,
  'FILE_EXISTS',
  'FOLDER_OVER_FILE',
  'NAME_NOT_ALLOWED',
  'NAME_COLLISION',
  'SPECIAL_FILE',
  'TARGET_BUSY',
  'TARGET_LOCKED',
  'TARGET_NOT_WRITABLE',
  'DISK_FULL',
] as const
const newJob = ['SPEC_INVALID', 'PARTY_UNKNOWN', 'PATH_AMBIGUOUS', 'PATH_INVALID', 'NOTHING_TO_SEND'] as const

/** What each operation may answer of its own; the tests' clients take no other error for an answer of it. */
export const operationErrors: Readonly<Record<OperationName, readonly ErrorCode[]>> = {
  'workspace/hello': [],
  'workspace/snapshot': [],
  'workspace/get': [],
  'workspace/update': [],

  'invitation/inspect': ['INVITATION_MALFORMED', 'INVITATION_USED', 'INVITATION_EXPIRED'],
  'invitation/create': ['EMAIL_TAKEN'],
  'invitation/create-server': ['NOT_FOUND'],
  'invitation/list': [],
  'invitation/revoke': ['NOT_FOUND', 'INVITATION_USED'],
  'session/join': ['INVITATION_MALFORMED', 'INVITATION_USED', 'INVITATION_EXPIRED', 'EMAIL_TAKEN', 'PASSWORD_WEAK'],
  'session/join-server': ['INVITATION_MALFORMED', 'INVITATION_USED', 'INVITATION_EXPIRED'],
  'session/login': ['BAD_CREDENTIALS'],
  'session/logout': [],
  'session/list': [],
  'session/end': ['NOT_FOUND'],
  'session/password': ['BAD_CREDENTIALS', 'PASSWORD_WEAK'],
  'key/create': ['NOT_FOUND', 'CONFLICT'],
  'key/list': ['NOT_FOUND'],
  'key/revoke': ['NOT_FOUND'],

  'user/list': ['QUERY_INVALID'],
  'user/get': ['NOT_FOUND'],
  'user/create': ['EMAIL_TAKEN', 'NOT_FOUND'],
  'user/update': ['NOT_FOUND', 'CONFLICT'],
  'user/delete': ['NOT_FOUND', 'CONFLICT'],
  'user/deactivate': ['NOT_FOUND', 'CONFLICT'],
  'user/activate': ['NOT_FOUND', 'CONFLICT'],

  'client/list': ['QUERY_INVALID'],
  'client/get': ['NOT_FOUND'],
  'client/update': ['NOT_FOUND', 'CONFLICT'],
  'client/delete': ['NOT_FOUND', 'CONFLICT'],
  'client/register': ['CONFLICT'],
  'client/announce': [],

  'share/list': ['QUERY_INVALID'],
  'share/get': ['NOT_FOUND'],
  'share/create': ['NOT_FOUND', 'CONFLICT', 'PATH_INVALID'],
  'share/create-home': ['NOT_FOUND', 'PARTY_UNKNOWN'],
  'share/update': ['NOT_FOUND', 'CONFLICT', 'PATH_INVALID'],
  'share/delete': ['NOT_FOUND', 'CONFLICT'],
  'share/deactivate': ['NOT_FOUND', 'CONFLICT'],
  'share/activate': ['NOT_FOUND', 'CONFLICT'],
  'share/servers': ['NOT_FOUND'],
  'share/assign': ['NOT_FOUND', 'CONFLICT', 'PATH_INVALID'],
  'share/deassign': ['NOT_FOUND', 'CONFLICT'],
  'share/folder': [...reading],

  'acl/list': ['NOT_FOUND'],
  'acl/create': ['NOT_FOUND', 'CONFLICT', 'PARTY_UNKNOWN', 'PATH_INVALID'],
  'acl/acknowledge': ['NOT_FOUND'],
  'acl/delete': ['NOT_FOUND'],

  'site/list': ['QUERY_INVALID'],
  'site/get': ['NOT_FOUND'],
  'site/create': ['CONFLICT'],
  'site/update': ['NOT_FOUND', 'CONFLICT'],
  'site/delete': ['NOT_FOUND', 'CONFLICT'],

  'file/list': [...reading],
  'file/size': [...reading],
  'file/exists': [...reading],
  'file/make-folder': [...writing],
  'file/rename': [...writing],
  'file/move': [...writing],
  'file/delete': [...writing, 'FOLDER_NOT_EMPTY'],

  'collection/list': ['QUERY_INVALID'],
  'collection/get': ['NOT_FOUND'],
  'collection/create': ['CONFLICT', ...reading],
  'collection/files': ['NOT_FOUND'],
  'collection/add': [...reading],
  'collection/remove': ['NOT_FOUND'],
  'collection/update': ['NOT_FOUND'],
  'collection/deactivate': ['NOT_FOUND', 'CONFLICT'],
  'collection/activate': ['NOT_FOUND', 'CONFLICT'],
  'collection/delete': ['NOT_FOUND', 'CONFLICT'],

  'transfer/create': ['NOT_FOUND', 'CONFLICT', 'UNSUPPORTED', 'STATUS_NOT_WRITEABLE', ...newJob],
  'transfer/list': ['QUERY_INVALID'],
  'transfer/get': ['NOT_FOUND'],
  'transfer/update': ['NOT_FOUND', 'CONFLICT', 'STATUS_NOT_WRITEABLE', 'SPEC_INVALID'],
  'transfer/delete': ['NOT_FOUND', 'CONFLICT'],
  'transfer/preview': ['NOT_FOUND'],
  'transfer/resolve': ['NOT_FOUND', 'CONFLICT', 'PATH_INVALID', 'SPEC_INVALID'],
  'transfer/decline': ['NOT_FOUND', 'CONFLICT'],
  'transfer/consent': ['NOT_FOUND', 'CONFLICT'],
  'transfer/remind': ['NOT_FOUND'],
  'transfer/log': ['NOT_FOUND'],
  'transfer/measured': ['NOT_FOUND', 'CONFLICT'],

  'task/list': ['NOT_FOUND', 'QUERY_INVALID'],
  'task/create': ['NOT_FOUND', 'CONFLICT', 'DUPLICATE_TASK', 'UNSUPPORTED', 'STATUS_NOT_WRITEABLE', ...newJob],
  'task/update': ['NOT_FOUND', 'SPEC_INVALID', 'STATUS_NOT_WRITEABLE'],

  'dispatch/claim': [],
  'dispatch/report': ['FENCED'],
  'dispatch/end': ['FENCED'],

  'queue/list': ['QUERY_INVALID'],
  'queue/get': ['NOT_FOUND'],
  'queue/create': ['NOT_FOUND', 'CONFLICT'],
  'queue/update': ['NOT_FOUND', 'CONFLICT'],
  'queue/delete': ['NOT_FOUND', 'CONFLICT'],

  'delivery/create': ['NOT_FOUND', 'CONFLICT', ...newJob],
  'delivery/list': ['QUERY_INVALID'],
  'delivery/get': ['NOT_FOUND'],
  'delivery/update': ['NOT_FOUND', 'CONFLICT', 'STATUS_NOT_WRITEABLE', ...newJob],
  'delivery/delete': ['NOT_FOUND', 'CONFLICT'],
  'recipient/list': ['NOT_FOUND'],
  'recipient/add': ['NOT_FOUND', 'CONFLICT', 'PARTY_UNKNOWN'],
  'recipient/remove': ['NOT_FOUND', 'CONFLICT', 'PARTY_UNKNOWN'],

  'setting/list': ['NOT_FOUND'],
  'setting/set': ['NOT_FOUND', 'SPEC_INVALID'],
  'mail/get': [],
  'mail/password': [],
  'audit/list': [],
}
