import { join } from 'node:path'
import { z } from 'zod'
import { readJsonFile, writeJsonFile } from '../platform/atomic-file.ts'
import { keyHash, workspaceId } from '../shared/contract/entity-schemas.ts'
import { TernError } from '../shared/domain/errors.ts'

const record = z.object({
  workspaceId,
  name: z.string(),
  keyHash,
  /** Kept, because invitations and other computers know it. */
  port: z.number().int().min(1).max(65535),
  isDemo: z.boolean(),
  storageFolder: z.string(),
})

const credential = z.object({ workspaceId, sessionToken: z.string().min(1) })

/** What main remembers of a workspace that this computer hosts. */
export type HostedRecord = z.infer<typeof record>
/** Session of an unattended client; a file 0600, named in the docs (DESIGN.md, Secrets). */
export type UnattendedCredential = z.infer<typeof credential>

export const recordFile = (folder: string) => join(folder, 'hosted.json')
export const credentialFile = (folder: string) => join(folder, 'credential.json')

export function readHostedRecord(folder: string): Promise<HostedRecord | undefined> {
  return readChecked(recordFile(folder), record)
}

export function writeHostedRecord(folder: string, value: HostedRecord): Promise<void> {
  return writeJsonFile(recordFile(folder), value)
}

export function readCredential(folder: string): Promise<UnattendedCredential | undefined> {
  return readChecked(credentialFile(folder), credential)
}

export function writeCredential(folder: string, value: UnattendedCredential): Promise<void> {
  return writeJsonFile(credentialFile(folder), value, { mode: 0o600 })
}

async function readChecked<Value>(path: string, schema: z.ZodType<Value>): Promise<Value | undefined> {
  const stored = await readJsonFile(path)
  if (stored === undefined) return undefined
  const parsed = schema.safeParse(stored)
  if (!parsed.success) throw new TernError('STORE_CORRUPT', { path })
  return parsed.data
}
