import { createHash } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { readJsonFile, writeJsonFile } from '../../platform/atomic-file.ts'
import { newSecret } from '../../platform/random-id.ts'
import { TernError } from '../../shared/domain/errors.ts'

const address = z.object({ socket: z.string(), secret: z.string().min(20) })

/** Where commands reach a running server, and what shows that they may read its folder. */
export type AdminAddress = z.infer<typeof address>

/** What the shortest of all systems takes as the name of a socket, in bytes. */
const longestSocketName = 100

const fileOf = (folder: string) => join(folder, 'admin.json')

/** Writes the address of a new socket into the folder, for its owner alone. */
export async function offerAddress(folder: string): Promise<AdminAddress> {
  const offered = { socket: await socketName(folder), secret: newSecret() }
  await writeJsonFile(fileOf(folder), offered, { mode: 0o600 })
  return offered
}

export async function findAddress(folder: string): Promise<AdminAddress | undefined> {
  const stored = await readJsonFile(fileOf(folder))
  if (stored === undefined) return undefined
  const parsed = address.safeParse(stored)
  if (!parsed.success) throw new TernError('STORE_CORRUPT', { path: fileOf(folder) })
  return parsed.data
}

export async function withdrawAddress(folder: string): Promise<void> {
  await rm(fileOf(folder), { force: true })
}

async function socketName(folder: string): Promise<string> {
  const id = createHash('sha256').update(resolve(folder)).digest('hex').slice(0, 16)
  if (process.platform === 'win32') return `\\\\.\\pipe\\tern-${id}-${newSecret(9)}`
  const inFolder = join(resolve(folder), 'admin.sock')
  if (Buffer.byteLength(inFolder) <= longestSocketName) return inFolder
  const elsewhere = join(tmpdir(), `tern-${process.getuid?.() ?? 0}-${id}-${newSecret(6)}`, 'admin.sock')
  await mkdir(dirname(elsewhere), { mode: 0o700 })
  return elsewhere
}
