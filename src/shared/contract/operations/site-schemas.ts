import { z } from 'zod'
import { isEntityId, type SiteId } from '../../domain/ids.ts'
import { name } from '../entity-schemas.ts'
import type { Audience } from './audience.ts'
import { entityCode, epochMs, listInput, nothing, recordFields, writtenFields } from './record-fields.ts'

const siteId = z.custom<SiteId>(
  (value) => typeof value === 'string' && isEntityId(value),
  'an id of 24 hexadecimal characters',
)
const status = z.enum(['enabled', 'disabled'])
/** What the site's storage lets anybody do, whoever they are. */
const permissions = { mayRead: z.boolean(), mayWrite: z.boolean() }

const siteRecord = z.object({
  id: siteId,
  code: z.string(),
  name: z.string(),
  isMain: z.boolean(),
  status,
  ...permissions,
  online: z.boolean(),
  lastSeenAtMs: epochMs.optional(),
  ...recordFields,
})

export const siteSchemas = {
  'site/list': { input: z.object(listInput), output: z.object({ sites: z.array(siteRecord) }) },
  'site/get': { input: z.object({ id: siteId }), output: siteRecord },
  /** Without a code, one is made from the name. */
  'site/create': {
    input: z.object({
      code: entityCode.optional(),
      name: name.optional(),
      mayRead: z.boolean().default(true),
      mayWrite: z.boolean().default(true),
      ...writtenFields,
    }),
    output: siteRecord,
  },
  'site/update': {
    input: z.object({
      id: siteId,
      name: name.optional(),
      status: status.optional(),
      mayRead: z.boolean().optional(),
      mayWrite: z.boolean().optional(),
      ...writtenFields,
    }),
    output: siteRecord,
  },
  /** Refused for the main one, and while servers, shares or live jobs are at it. */
  'site/delete': { input: z.object({ id: siteId }), output: nothing },
} as const

export const siteAudience = {
  'site/list': 'employee',
  'site/get': 'employee',
  'site/create': 'admin',
  'site/update': 'admin',
  'site/delete': 'admin',
} as const satisfies Record<keyof typeof siteSchemas, Audience>
