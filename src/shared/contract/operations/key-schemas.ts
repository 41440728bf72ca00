import { z } from 'zod'
import type { ApiKeyId } from '../../domain/ids.ts'
import { isEntityId } from '../../domain/ids.ts'
import { userId } from '../entity-schemas.ts'
import type { Audience } from './audience.ts'
import { epochMs, nothing } from './record-fields.ts'

const apiKeyId = z.custom<ApiKeyId>(
  (value) => typeof value === 'string' && isEntityId(value),
  'an id of 24 hexadecimal characters',
)

const apiKey = z.object({
  id: apiKeyId,
  userId,
  label: z.string(),
  /** The end of the key, by which its holder knows it again. */
  last8: z.string(),
  isReadOnly: z.boolean(),
  createdAtMs: epochMs,
  expiresAtMs: epochMs.optional(),
  lastUsedAtMs: epochMs.optional(),
})

/** Keys by which scripts speak for a person. `userId`: whose, by an admin; the caller's own without it. */
export const keySchemas = {
  /** `key` is shown here and never again. */
  'key/create': {
    input: z.object({
      userId: userId.optional(),
      label: z.string().trim().max(100).default(''),
      expiresAtMs: epochMs.optional(),
      isReadOnly: z.boolean().default(false),
    }),
    output: z.object({ key: z.string(), apiKey }),
  },
  'key/list': { input: z.object({ userId: userId.optional() }), output: z.object({ keys: z.array(apiKey) }) },
  'key/revoke': { input: z.object({ id: apiKeyId }), output: nothing },
} as const

export const keyAudience = {
  'key/create': 'signed-in',
  'key/list': 'signed-in',
  'key/revoke': 'signed-in',
} as const satisfies Record<keyof typeof keySchemas, Audience>
