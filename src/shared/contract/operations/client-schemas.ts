import { z } from 'zod'
import { clientId, clientKind, keyHash, name, userId } from '../entity-schemas.ts'
import type { Audience } from './audience.ts'
import { epochMs, listInput, nothing, recordFields, writtenFields } from './record-fields.ts'

/** What a machine says of itself; what it leaves out stays as it was. */
export const announced = {
  os: z.enum(['windows', 'linux', 'mac']).optional(),
  version: z.string().max(100).optional(),
  hostname: z.string().max(255).optional(),
  username: z.string().max(255).optional(),
}

const clientRecord = z.object({
  id: clientId,
  name: z.string(),
  kind: clientKind,
  userId: userId.optional(),
  siteCode: z.string().optional(),
  keyHash,
  online: z.boolean(),
  lastSeenAtMs: epochMs.optional(),
  /** Whether a person switched it off; whether it is connected is another matter. */
  isDisabled: z.boolean(),
  os: z.string().optional(),
  version: z.string().optional(),
  hostname: z.string().optional(),
  /** The account of the machine's system that it runs under. */
  username: z.string().optional(),
  wanIp: z.string().optional(),
  ...recordFields,
})

export const clientSchemas = {
  'client/list': {
    input: z.object({ ...listInput, kind: clientKind.optional() }),
    output: z.object({ clients: z.array(clientRecord) }),
  },
  'client/get': { input: z.object({ id: clientId }), output: clientRecord },
  'client/update': {
    input: z.object({
      id: clientId,
      name: name.optional(),
      isDisabled: z.boolean().optional(),
      /** Of a server, while it is offline: where it serves from then on. */
      siteCode: z.string().min(1).max(200).optional(),
      ...writtenFields,
    }),
    output: clientRecord,
  },
  /** Only what is offline, and no end of a live job. */
  'client/delete': { input: z.object({ id: clientId }), output: nothing },
} as const

export const clientAudience = {
  'client/list': 'signed-in',
  'client/get': 'signed-in',
  'client/update': 'signed-in',
  'client/delete': 'signed-in',
} as const satisfies Record<keyof typeof clientSchemas, Audience>
