import { z } from 'zod'
import { name, workspaceId } from '../entity-schemas.ts'
import type { Audience } from './audience.ts'
import { recordFields, writtenFields } from './record-fields.ts'

const workspaceRecord = z.object({ id: workspaceId, code: z.string(), name: z.string(), ...recordFields })

export const workspaceSchemas = {
  'workspace/get': { input: z.object({}), output: workspaceRecord },
  /** The code is part of addresses and stays. */
  'workspace/update': { input: z.object({ name: name.optional(), ...writtenFields }), output: workspaceRecord },
} as const

export const workspaceAudience = {
  'workspace/get': 'employee',
  'workspace/update': 'admin',
} as const satisfies Record<keyof typeof workspaceSchemas, Audience>
