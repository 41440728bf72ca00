import { z } from 'zod'
import { isEntityId } from '../../domain/ids.ts'
import { name, shareId, userId } from '../entity-schemas.ts'
import type { Audience } from './audience.ts'
import { epochMs, listInput, nothing, recordFields, scope, writtenFields } from './record-fields.ts'

/** Places in the notation of the job specification: `volume=films/reel`, `share=plates/114`. */
const places = z.array(z.string().max(8192)).max(10_000)
const fileId = z.custom<string>(
  (value) => typeof value === 'string' && isEntityId(value),
  'an id of 24 hexadecimal characters',
)

const collectedFile = z.object({
  id: fileId,
  collectionId: shareId,
  /** As it is called in the collection, where no two have one name. */
  name: z.string(),
  shareId,
  shareCode: z.string(),
  /** Below its share. */
  path: z.string(),
  createdAtMs: epochMs,
  createdBy: userId.optional(),
})

const collectionRecord = z.object({
  id: shareId,
  code: z.string(),
  name: z.string(),
  mayRead: z.boolean(),
  mayWrite: z.boolean(),
  isActive: z.boolean(),
  ...recordFields,
})

/** Files and folders of any shares of the main site, put together to be read. `id`: of the collection, or its code. */
const collection = { id: z.string().min(1).max(254) }

export const collectionSchemas = {
  'collection/list': {
    input: z.object({ ...listInput, scope }),
    output: z.object({ collections: z.array(collectionRecord) }),
  },
  'collection/get': { input: z.object(collection), output: collectionRecord },
  /** Without a code, one is made from the name. */
  'collection/create': {
    input: z.object({ code: z.string().max(64).optional(), name, files: places.default([]), ...writtenFields }),
    output: z.object({ collection: collectionRecord, files: z.array(collectedFile) }),
  },
  'collection/files': { input: z.object(collection), output: z.object({ files: z.array(collectedFile) }) },
  /** What it holds already is answered and not added again. */
  'collection/add': {
    input: z.object({ ...collection, files: places.min(1) }),
    output: z.object({ files: z.array(collectedFile) }),
  },
  'collection/remove': {
    input: z.object({ ...collection, files: z.array(fileId).min(1).max(10_000) }),
    output: z.object({ removed: z.number().int() }),
  },
  'collection/update': {
    input: z.object({ ...collection, name: name.optional(), ...writtenFields }),
    output: collectionRecord,
  },
  /** Put away with its grants, or back into use. */
  'collection/deactivate': { input: z.object(collection), output: nothing },
  'collection/activate': { input: z.object(collection), output: nothing },
  /** The files that it holds stay where they are. */
  'collection/delete': { input: z.object(collection), output: nothing },
} as const

export const collectionAudience = {
  'collection/list': 'signed-in',
  'collection/get': 'signed-in',
  'collection/create': 'employee',
  'collection/files': 'signed-in',
  'collection/add': 'employee',
  'collection/remove': 'employee',
  'collection/update': 'employee',
  'collection/deactivate': 'employee',
  'collection/activate': 'employee',
  'collection/delete': 'employee',
} as const satisfies Record<keyof typeof collectionSchemas, Audience>
