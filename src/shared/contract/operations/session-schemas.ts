import { z } from 'zod'
import { isEntityId, type SessionId } from '../../domain/ids.ts'
import { clientId, userId } from '../entity-schemas.ts'
import type { Audience } from './audience.ts'
import { epochMs, nothing } from './record-fields.ts'

const sessionId = z.custom<SessionId>(
  (value) => typeof value === 'string' && isEntityId(value),
  'an id of 24 hexadecimal characters',
)
const password = z.string().min(1).max(1024)

const session = z.object({
  id: sessionId,
  /** The machine that signed in. */
  clientId: clientId.optional(),
  clientName: z.string().optional(),
  createdAtMs: epochMs,
  /** When its machine was here last. */
  lastSeenAtMs: epochMs.optional(),
  /** The network that it was signed in from. */
  remote: z.string().optional(),
  isCurrent: z.boolean(),
})

/** The caller's own sessions. */
export const sessionSchemas = {
  'session/list': { input: nothing, output: z.object({ sessions: z.array(session) }) },
  'session/end': { input: z.object({ id: sessionId }), output: nothing },
  /** Ends all other sessions; keys of scripts go on, unless `revokeKeys`. */
  'session/password': {
    input: z.object({ oldPassword: password, newPassword: password, revokeKeys: z.boolean().default(false) }),
    output: nothing,
  },
} as const

export const sessionAudience = {
  'session/list': 'signed-in',
  'session/end': 'signed-in',
  'session/password': 'signed-in',
} as const satisfies Record<keyof typeof sessionSchemas, Audience>

const auditEntry = z.object({
  number: z.number().int(),
  atMs: epochMs,
  userId: userId.optional(),
  userName: z.string().optional(),
  clientId: clientId.optional(),
  /** The key of a script that was shown. */
  keyId: z.string().optional(),
  /** The network that it came from. */
  remote: z.string().optional(),
  action: z.string(),
  subject: z.string().optional(),
  params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
})

/** Who did what and from where; newest first. */
export const auditSchemas = {
  'audit/list': {
    input: z.object({
      cursor: z.string().max(200).optional(),
      limit: z.number().int().min(1).max(1000).default(200),
      userId: userId.optional(),
      subject: z.string().max(200).optional(),
    }),
    output: z.object({ entries: z.array(auditEntry), nextCursor: z.string().optional() }),
  },
} as const

export const auditAudience = { 'audit/list': 'admin' } as const satisfies Record<keyof typeof auditSchemas, Audience>
