import { z } from 'zod'
import { type Delivery, deliveryStatuses } from '../../domain/delivery.ts'
import { email, jobId, metadata, name, path, userId } from '../entity-schemas.ts'

const count = z.number().int().nonnegative()
const epochMs = count
const text = z.string().max(20_000)
/** A person by address or id. */
const person = z.union([userId, email])

const delivery = z.object({
  id: jobId,
  kind: z.enum(['delivery', 'request']),
  name: z.string(),
  status: z.enum(deliveryStatuses),
  userId,
  description: z.string().optional(),
  message: z.string().optional(),
  metadata,
  queue: z.string().optional(),
  destination: z.string().optional(),
  fileCount: count,
  recipientCount: count,
  createdAtMs: epochMs,
  modifiedAtMs: epochMs,
  modifiedBy: userId.optional(),
  submittedAtMs: epochMs.optional(),
  expiresAtMs: epochMs,
  finishedAtMs: epochMs.optional(),
}) as unknown as z.ZodType<Delivery>

const invitations = z.array(z.object({ email: z.string(), invitation: z.string() }))
const changed = z.object({ delivery, invitations })

const texts = {
  description: text.optional(),
  message: text.optional(),
  metadata: metadata.optional(),
  expiresAtMs: epochMs.optional(),
}

/**
 * Deliveries offer files to people for a time; requests ask them for files. People are added with `recipient/add`, files
 * with `transfer/create` and its `parentId`, or as `files` that lie on shares already.
 */
export const deliverySchemas = {
  /** With files and recipients it is submitted at once, unless `status` says `init`. */
  'delivery/create': {
    input: z.object({
      id: jobId.optional(),
      kind: z.enum(['delivery', 'request']).default('delivery'),
      name,
      ...texts,
      queue: z.string().max(200).optional(),
      /** Places on shares: `share=projects/a.mov`. */
      files: z.array(path).max(10_000).default([]),
      recipients: z.array(person).max(1000).default([]),
      /** Who is not known yet is invited. */
      invite: z.boolean().default(true),
      /** Of a request: the folder for what comes. */
      destination: path.optional(),
      status: z.literal('init').optional(),
    }),
    output: changed,
  },
  'delivery/list': {
    input: z.object({
      cursor: z.string().max(200).optional(),
      limit: z.number().int().min(1).max(1000).default(200),
      kind: z.enum(['delivery', 'request']).optional(),
      scope: z.enum(['active', 'inactive']).default('active'),
      query: z.string().max(1_000_000).optional(),
    }),
    output: z.object({ deliveries: z.array(delivery), nextCursor: z.string().optional() }),
  },
  'delivery/get': {
    input: z.object({ id: jobId }),
    /** `files`: for those who run the workspace, as many as are shown at once; `fileCount` tells of how many. */
    output: z.object({ delivery, files: z.array(z.object({ place: z.string(), jobId: jobId.optional() })) }),
  },
  /** `pending` submits it, `done` ends it before its time, `aborted` calls it off. */
  'delivery/update': {
    input: z.object({ id: jobId, name: name.optional(), ...texts, status: z.enum(deliveryStatuses).optional() }),
    output: changed,
  },
  'delivery/delete': { input: z.object({ id: jobId, force: z.boolean().default(false) }), output: z.object({}) },
  /** `id`: of a delivery, a request or a transfer. `actioned`: they took, or gave, what it is about. */
  'recipient/list': {
    input: z.object({ id: jobId }),
    output: z.object({
      recipients: z.array(
        z.object({ userId, email: z.string(), name: z.string(), actioned: z.boolean(), jobId: jobId.optional() }),
      ),
    }),
  },
  /** `added` is false for who was there already. */
  'recipient/add': {
    input: z.object({ id: jobId, recipient: person, invite: z.boolean().default(true) }),
    output: z.object({ added: z.boolean(), invitations }),
  },
  'recipient/remove': {
    input: z.object({ id: jobId, recipient: person }),
    output: z.object({ removed: z.boolean() }),
  },
} as const

export const deliveryAudience = {
  'delivery/create': 'employee',
  'delivery/list': 'signed-in',
  'delivery/get': 'signed-in',
  'delivery/update': 'employee',
  'delivery/delete': 'employee',
  'recipient/list': 'signed-in',
  'recipient/add': 'signed-in',
  'recipient/remove': 'signed-in',
} as const
