import { z } from 'zod'
import { metadata, userId } from '../entity-schemas.ts'

export const nothing = z.object({})
export const epochMs = z.number().int().nonnegative()

/** `Entity WHERE …`, or the expression alone. */
export const listInput = { query: z.string().max(1_000_000).optional() }
/** What is in use, or what was put away. */
export const scope = z.enum(['active', 'inactive', 'all']).default('active')

/** What every entity that people look after carries. */
export const recordFields = {
  description: z.string(),
  metadata: metadata.optional(),
  createdAtMs: epochMs,
  createdBy: userId.optional(),
  modifiedAtMs: epochMs.optional(),
  modifiedBy: userId.optional(),
}

export interface Recorded {
  readonly description: string
  readonly metadata?: unknown
  readonly createdAtMs: number
  readonly createdBy?: string | undefined
  readonly modifiedAtMs?: number | undefined
  readonly modifiedBy?: string | undefined
}

/** What of it may be written; `metadata` takes the place of what was there, `null` takes it away. */
export const writtenFields = {
  description: z.string().max(4000).optional(),
  metadata: metadata.nullable().optional(),
}

/** What scripts name a queue or a site by, in the letters of the reference. */
export const entityCode = z.string().regex(/^[A-Za-z0-9_.-]{1,32}$/, 'letters, digits, "_", "." and "-", 32 at most')
/** A queue's code or id. */
export const queueCode = z.string().min(1).max(200)
