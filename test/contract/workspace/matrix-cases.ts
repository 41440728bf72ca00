import type { OperationName } from '../../../src/shared/contract/operations.ts'
import type { Case } from './matrix-case.ts'
import { casesOfJobs } from './matrix-of-jobs.ts'
import { casesOfPlaces } from './matrix-of-places.ts'

/** What the storage of a site asks for by itself, and all that its session opens. */
export const serverMay: ReadonlySet<OperationName> = new Set([
  'workspace/hello',
  'workspace/snapshot',
  'session/logout',
  'share/list',
  'client/announce',
  'transfer/measured',
  'dispatch/claim',
  'dispatch/report',
  'dispatch/end',
])

/** What needs no session at all. */
export const anyoneMay: ReadonlySet<OperationName> = new Set([
  'workspace/hello',
  'invitation/inspect',
  'session/join',
  'session/join-server',
  'session/login',
])

export const matrix: readonly Case[] = [...casesOfPlaces, ...casesOfJobs]
