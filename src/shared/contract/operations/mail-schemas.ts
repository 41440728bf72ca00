import { z } from 'zod'

const count = z.number().int().nonnegative()

/** E-mail that the workspace sends, by the server that the settings `mail_…` name. */
export const mailSchemas = {
  /** `queued`: mails that wait to be taken. `lastError`: what the server said last, where it did not take one. */
  'mail/get': {
    input: z.object({}),
    output: z.object({ isOn: z.boolean(), hasPassword: z.boolean(), queued: count, lastError: z.string().optional() }),
  },
  /** Of the account at the mail server. Kept in a file of its own and told to nobody; `null` forgets it. */
  'mail/password': {
    input: z.object({ password: z.string().min(1).max(1024).nullable() }),
    output: z.object({}),
  },
} as const

export const mailAudience = {
  'mail/get': 'admin',
  'mail/password': 'admin',
} as const
