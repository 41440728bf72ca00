import { z } from 'zod'
import { isEntityId, type QueueId } from '../../domain/ids.ts'
import { name } from '../entity-schemas.ts'
import type { Audience } from './audience.ts'
import { entityCode, listInput, nothing, recordFields, writtenFields } from './record-fields.ts'

const queueId = z.custom<QueueId>(
  (value) => typeof value === 'string' && isEntityId(value),
  'an id of 24 hexadecimal characters',
)
/** `paused`: all jobs in it are held. */
const status = z.enum(['waiting', 'paused'])
/** 1000 goes first. */
const priority = z.number().int().min(0).max(1000)

const queueRecord = z.object({
  id: queueId,
  code: z.string(),
  name: z.string(),
  priority,
  status,
  isDefault: z.boolean(),
  parentId: queueId.optional(),
  /** The workspace's code, those of the queues above, and its own: `myworkspace/medium`. */
  uri: z.string(),
  ...recordFields,
})

export const queueSchemas = {
  'queue/list': { input: z.object(listInput), output: z.object({ queues: z.array(queueRecord) }) },
  'queue/get': { input: z.object({ id: queueId }), output: queueRecord },
  /** Without a code, one is made from the name. */
  'queue/create': {
    input: z.object({
      code: entityCode.optional(),
      name: name.optional(),
      priority: priority.default(500),
      status: status.default('waiting'),
      isDefault: z.boolean().default(false),
      parentId: queueId.optional(),
      ...writtenFields,
    }),
    output: queueRecord,
  },
  'queue/update': {
    input: z.object({
      id: queueId,
      code: entityCode.optional(),
      name: name.optional(),
      priority: priority.optional(),
      status: status.optional(),
      /** Another one stops being it; one queue always is. */
      isDefault: z.literal(true).optional(),
      parentId: queueId.nullable().optional(),
      ...writtenFields,
    }),
    output: queueRecord,
  },
  /** Its jobs move to the default one, which itself cannot go. */
  'queue/delete': { input: z.object({ id: queueId }), output: nothing },
} as const

export const queueAudience = {
  'queue/list': 'employee',
  'queue/get': 'employee',
  'queue/create': 'admin',
  'queue/update': 'admin',
  'queue/delete': 'admin',
} as const satisfies Record<keyof typeof queueSchemas, Audience>
