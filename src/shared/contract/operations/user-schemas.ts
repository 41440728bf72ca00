import { z } from 'zod'
import { email, name, role, shareId, userId } from '../entity-schemas.ts'
import type { Audience } from './audience.ts'
import { epochMs, listInput, nothing, queueCode, recordFields, scope, writtenFields } from './record-fields.ts'

const status = z.enum(['enabled', 'invited', 'disabled'])

export const userRecord = z.object({
  id: userId,
  email: z.string(),
  name: z.string(),
  role,
  status,
  online: z.boolean(),
  lastSeenAtMs: epochMs.optional(),
  ...recordFields,
  /** Where jobs go that this person takes part in, unless they name a queue. */
  queue: z.string().optional(),
  /** Put away since; jobs and shares that name them stay as they are. */
  inactiveAtMs: epochMs.optional(),
})

export const userSchemas = {
  'user/list': { input: z.object({ ...listInput, scope }), output: z.object({ users: z.array(userRecord) }) },
  'user/get': { input: z.object({ id: userId }), output: userRecord },
  /** Invites: the person exists from now on, and signs in once the invitation is used. */
  'user/create': {
    input: z.object({
      email,
      name: name.optional(),
      role: role.default('standard'),
      queue: queueCode.optional(),
      ...writtenFields,
      createHomeShare: z.boolean().default(true),
      giveDefaultVolumeAccess: z.boolean().default(false),
      giveAllVolumesAccess: z.boolean().default(false),
      volumes: z.array(shareId).max(1000).default([]),
      message: z.string().max(4000).optional(),
      /** Whether the invitation goes out by mail, where the workspace sends any. */
      mail: z.boolean().default(true),
    }),
    output: z.object({ user: userRecord, invitation: z.string() }),
  },
  'user/update': {
    input: z.object({
      id: userId,
      name: name.optional(),
      role: role.optional(),
      status: z.enum(['enabled', 'disabled']).optional(),
      queue: queueCode.nullable().optional(),
      ...writtenFields,
    }),
    output: userRecord,
  },
  'user/delete': { input: z.object({ id: userId }), output: nothing },
  /** Refused while live jobs name the person. */
  'user/deactivate': { input: z.object({ id: userId }), output: userRecord },
  'user/activate': { input: z.object({ id: userId }), output: userRecord },
} as const

export const userAudience = {
  'user/list': 'signed-in',
  'user/get': 'signed-in',
  'user/create': 'employee',
  'user/update': 'signed-in',
  'user/delete': 'employee',
  'user/deactivate': 'employee',
  'user/activate': 'employee',
} as const satisfies Record<keyof typeof userSchemas, Audience>
