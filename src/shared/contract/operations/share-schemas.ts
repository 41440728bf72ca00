import { z } from 'zod'
import { isEntityId } from '../../domain/ids.ts'
import { clientId, email, name, path, shareId, userId } from '../entity-schemas.ts'
import type { Audience } from './audience.ts'
import { epochMs, listInput, nothing, queueCode, recordFields, scope, writtenFields } from './record-fields.ts'

const aclId = z.string().refine(isEntityId, 'an id of 24 hexadecimal characters')
/** An id or a code; of a home, its person's address. */
const shareNamed = z.string().min(1).max(300)
const shareCode = z.string().regex(/^[a-z0-9][a-z0-9_.-]{0,63}$/)
/** The same folder as workstations of each system have it: what a path of theirs means is known by it. */
const paths = z.object({ windows: path, linux: path, mac: path }).partial().strict()
const status = z.enum(['enabled', 'disabled'])

const shareRecord = z.object({
  id: shareId,
  code: z.string(),
  name: z.string(),
  kind: z.enum(['volume', 'folder', 'home', 'collection']),
  isDefault: z.boolean(),
  userId: userId.optional(),
  siteCode: z.string(),
  mayRead: z.boolean(),
  mayWrite: z.boolean(),
  /** The volume that a folder is part of, and where below it. */
  parentId: shareId.optional(),
  relativePath: z.string().optional(),
  /** On the server of its own site, and as workstations have it; for admins alone. */
  path: z.string().optional(),
  paths: paths.optional(),
  /** `disabled`: its jobs wait. */
  status,
  emails: z.array(z.string()),
  queue: z.string().optional(),
  isActive: z.boolean(),
  ...recordFields,
})

const written = {
  name: name.optional(),
  paths: paths.optional(),
  status: status.optional(),
  /** Who else is told of its transfers. */
  emails: z.array(email).max(100).optional(),
  queue: queueCode.nullable().optional(),
  ...writtenFields,
}

const aclRecord = z.object({
  id: aclId,
  userId,
  shareId,
  /** Below the share, `/`-separated; empty for all of it. */
  path: z.string(),
  mayRead: z.boolean(),
  mayWrite: z.boolean(),
  isAcknowledged: z.boolean(),
  description: z.string(),
  createdAtMs: epochMs,
  createdBy: userId.optional(),
})

export const shareSchemas = {
  'share/list': { input: z.object({ ...listInput, scope }), output: z.object({ shares: z.array(shareRecord) }) },
  'share/get': { input: z.object({ id: shareNamed }), output: shareRecord },
  /** Without a code, one is made from the name. With `parent`, `path` is below that volume or folder, else it is absolute. */
  'share/create': {
    input: z.object({
      ...written,
      code: shareCode.optional(),
      kind: z.enum(['volume', 'folder']),
      path,
      parent: shareNamed.optional(),
      /** The server that has a volume; any of the main site when not said. */
      clientId: clientId.optional(),
      isDefault: z.literal(true).optional(),
    }),
    output: shareRecord,
  },
  /** A person's, by id or address; the one that is there when there is one. */
  'share/create-home': { input: z.object({ user: z.string().min(1).max(254), ...writtenFields }), output: shareRecord },
  'share/update': {
    input: z.object({ ...written, id: shareNamed, isDefault: z.literal(true).optional() }),
    output: shareRecord,
  },
  /** Its live jobs are aborted; folders in a volume, and all grants, go with it. No file is touched. */
  'share/delete': { input: z.object({ id: shareNamed }), output: nothing },
  /** With folders in it and grants; refused while live jobs use it. */
  'share/deactivate': { input: z.object({ id: shareNamed }), output: nothing },
  'share/activate': { input: z.object({ id: shareNamed }), output: nothing },
  'share/servers': {
    input: z.object({ id: shareNamed }),
    output: z.object({
      servers: z.array(z.object({ siteCode: z.string(), clientId: clientId.optional(), path: z.string().optional() })),
    }),
  },
  /** A server of a site serves the volume too; `path`: its folder there, as on its own site when not said. */
  'share/assign': { input: z.object({ id: shareNamed, clientId, path: path.optional() }), output: nothing },
  'share/deassign': { input: z.object({ id: shareNamed, clientId }), output: nothing },
  /** `includesFolders`: of a volume, those at the folders in it too. */
  'acl/list': {
    input: z.object({
      ...listInput,
      userId: userId.optional(),
      share: shareNamed.optional(),
      includesFolders: z.boolean().default(false),
    }),
    output: z.object({ acls: z.array(aclRecord) }),
  },
  /** Again for the same person and path, it takes the place of what was there. `user`: an id or an address. */
  'acl/create': {
    input: z.object({
      user: z.string().min(1).max(254),
      share: shareNamed,
      path: path.default(''),
      mayRead: z.boolean(),
      mayWrite: z.boolean(),
      invite: z.boolean().default(false),
      message: z.string().max(2000).optional(),
    }),
    output: z.object({ acl: aclRecord, invitation: z.string().optional() }),
  },
  /** Its person looked at it. */
  'acl/acknowledge': { input: z.object({ id: aclId }), output: aclRecord },
  'acl/delete': { input: z.object({ id: aclId }), output: nothing },
} as const

export const shareAudience = {
  'share/list': 'signed-in',
  'share/get': 'signed-in',
  'share/create': 'employee',
  'share/create-home': 'employee',
  'share/update': 'employee',
  'share/delete': 'employee',
  'share/deactivate': 'employee',
  'share/activate': 'employee',
  'share/servers': 'employee',
  'share/assign': 'admin',
  'share/deassign': 'admin',
  'acl/list': 'signed-in',
  'acl/create': 'signed-in',
  'acl/acknowledge': 'signed-in',
  'acl/delete': 'signed-in',
} as const satisfies Record<keyof typeof shareSchemas, Audience>
