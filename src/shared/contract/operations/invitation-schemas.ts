import { z } from 'zod'
import { type InvitationId, isEntityId } from '../../domain/ids.ts'
import { role, userId } from '../entity-schemas.ts'

const epochMs = z.number().int().nonnegative()
const invitationId = z.custom<InvitationId>(
  (value) => typeof value === 'string' && isEntityId(value),
  'an id of 24 hexadecimal characters',
)

/** What somebody was invited by; the string itself is shown when it is made, and never again. */
const invitation = z.object({
  id: invitationId,
  email: z.string().optional(),
  name: z.string().optional(),
  role,
  userId: userId.optional(),
  /** Of a server of that site, in place of a person. */
  siteCode: z.string().optional(),
  createdBy: userId,
  createdAtMs: epochMs,
  expiresAtMs: epochMs,
  usedAtMs: epochMs.optional(),
})

export const invitationSchemas = {
  /** For one machine to become a server of a site; `site`: its code. The string is as that of a person. */
  'invitation/create-server': {
    input: z.object({ site: z.string().min(1).max(200) }),
    output: z.object({ invitation: z.string() }),
  },
  /** Those that the caller made, newest first; of everybody's for an admin who asks for `all`. */
  'invitation/list': {
    input: z.object({ all: z.boolean().default(false), limit: z.number().int().min(1).max(1000).default(200) }),
    output: z.object({ invitations: z.array(invitation) }),
  },
  /** It opens nothing any more. */
  'invitation/revoke': { input: z.object({ id: invitationId }), output: z.object({}) },
} as const

export const invitationAudience = {
  'invitation/create-server': 'admin',
  'invitation/list': 'signed-in',
  'invitation/revoke': 'signed-in',
} as const
