import { closeSync, constants, futimesSync, openSync, unlinkSync, writeSync } from 'node:fs'
import { errnoOf } from '../../platform/errno.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { ConflictRule } from '../api.ts'
import type { Durability } from './durability.ts'
import { receivedMode } from './file-mode.ts'
import { systemTime } from './file-times.ts'
import type { Folder, FolderTree } from './folder-tree.ts'
import { newPartialName } from './names.ts'
import { place } from './placement.ts'
import { joinPath, nameOf, parentOf } from './relative-path.ts'
import { isLockErrno, retryLocked } from './retry-locked.ts'
import type { Staging } from './staging.ts'
import { targetError } from './target-error.ts'
import type { SmallFile, SmallFileResult } from './types.ts'

const temporaryFlags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0)

/** All of them are open until they are durable, and a process may have only so many. */
const maxOpenFiles = 1024

export interface SmallFilesParts {
  readonly folders: FolderTree
  readonly staging: Staging
  readonly durability: Durability
  /** The folder at a path, made with its parents when it is missing, proven in this call. */
  readonly ensureFolder: (path: string) => Folder
  readonly check: (path: string) => void
  readonly onFolderChanged: (path: string) => void
}

interface Temporary {
  readonly file: SmallFile
  readonly fd: number
  readonly isStaged: boolean
  readonly name: string
}

/**
 * All temporaries first, one point of durability, then all renames: the cost of a sync is shared by the batch. Each
 * file succeeds or fails alone. The folders' entries are durable after `TargetFolder.syncFolders`.
 */
export async function writeSmallFiles(
  files: readonly SmallFile[],
  onConflict: ConflictRule,
  parts: SmallFilesParts,
): Promise<SmallFileResult[]> {
  const results: SmallFileResult[] = []
  for (let start = 0; start < files.length; start += maxOpenFiles) {
    results.push(...(await writeChunk(files.slice(start, start + maxOpenFiles), onConflict, parts)))
  }
  return results
}

async function writeChunk(
  files: readonly SmallFile[],
  onConflict: ConflictRule,
  parts: SmallFilesParts,
): Promise<SmallFileResult[]> {
  const results = new Array<SmallFileResult | undefined>(files.length)
  const temporaries = new Map<number, Temporary>()
  try {
    for (const [index, file] of files.entries()) {
      try {
        temporaries.set(index, writeTemporary(file, parts))
      } catch (thrown) {
        results[index] = failed(file, thrown, parts)
      }
    }
    await makeDurable([...temporaries.values()], parts)
    for (const [index, temporary] of temporaries) {
      const placing = placeTemporary(temporary, onConflict, parts)
      results[index] = placing instanceof Promise ? await placing : placing
      temporaries.delete(index)
    }
  } catch (thrown) {
    for (const [index, temporary] of temporaries) {
      abandon(temporary, parts)
      results[index] = failed(temporary.file, thrown, parts)
    }
  }
  return results.map((result, index) => result ?? failed(files[index] as SmallFile, undefined, parts))
}

function writeTemporary(file: SmallFile, parts: SmallFilesParts): Temporary {
  parts.check(file.path)
  const target = parts.ensureFolder(parentOf(file.path))
  const staged = parts.staging.openForWriting()
  const folder = staged ?? target
  const name = staged ? parts.staging.nextName() : newPartialName()
  const fd = openSync(folder.child(name), temporaryFlags, receivedMode(file.mode))
  const temporary = { file, fd, name, isStaged: staged !== undefined }
  try {
    if (!staged) parts.folders.confirmOpened(parentOf(file.path), name, fd)
    for (let written = 0; written < file.bytes.byteLength; ) {
      written += writeSync(fd, file.bytes, written, file.bytes.byteLength - written, written)
    }
    const time = systemTime(file.mtimeMs)
    futimesSync(fd, time, time)
    return temporary
  } catch (thrown) {
    abandon(temporary, parts)
    throw thrown
  }
}

async function makeDurable(temporaries: readonly Temporary[], parts: SmallFilesParts): Promise<void> {
  if (temporaries.length === 0) return
  const fds = temporaries.map((temporary) => temporary.fd)
  // Beside their targets they may lie on any file system that is mounted below the root: one flush would miss the others.
  if (!temporaries.every((temporary) => temporary.isStaged)) return parts.durability.sync(fds, undefined)
  const folder = parts.staging.folder()
  if (!folder) throw new TernError('DRIVE_GONE', { path: parts.folders.root })
  await parts.durability.sync(fds, folder.self)
}

/** Synchronous for all but files that another program holds: a promise for each file would cost more than the file. */
function placeTemporary(
  temporary: Temporary,
  onConflict: ConflictRule,
  parts: SmallFilesParts,
): SmallFileResult | Promise<SmallFileResult> {
  closeSync(temporary.fd)
  const { file } = temporary
  const run = (): SmallFileResult => placeNow(temporary, onConflict, parts)
  try {
    return run()
  } catch (thrown) {
    if (errnoOf(thrown) === 'EXDEV' && temporary.isStaged) return writeBeside(temporary, onConflict, parts)
    if (isLockErrno(errnoOf(thrown), process.platform)) {
      return retryLocked(run, file.path).catch((later: unknown) => giveUp(temporary, later, parts))
    }
    return giveUp(temporary, thrown, parts)
  }
}

/** Another file system is mounted below the root: nothing of this target can come from the staging folder. */
async function writeBeside(
  staged: Temporary,
  onConflict: ConflictRule,
  parts: SmallFilesParts,
): Promise<SmallFileResult> {
  parts.staging.refuse()
  removeTemporary(staged, parts)
  const [result] = await writeSmallFiles([staged.file], onConflict, parts)
  return result ?? failed(staged.file, undefined, parts)
}

function placeNow(temporary: Temporary, onConflict: ConflictRule, parts: SmallFilesParts): SmallFileResult {
  const { file } = temporary
  const folderPath = parentOf(file.path)
  const from = whereIs(temporary, parts)
  const folder = parts.folders.runFolder(folderPath)
  if (!folder || from === undefined) throw new TernError('DRIVE_GONE', { path: folderPath })
  const placed = place(from, folder, nameOf(file.path), onConflict, file.path)
  if (placed.status === 'skipped') unlinkSync(from)
  parts.onFolderChanged(folderPath)
  return { ok: true, status: placed.status, path: joinPath(folderPath, placed.name) }
}

function whereIs(temporary: Temporary, parts: SmallFilesParts): string | undefined {
  const folder = temporary.isStaged ? parts.staging.folder() : parts.folders.runFolder(parentOf(temporary.file.path))
  return folder?.child(temporary.name)
}

function giveUp(temporary: Temporary, thrown: unknown, parts: SmallFilesParts): SmallFileResult {
  removeTemporary(temporary, parts)
  return failed(temporary.file, thrown, parts)
}

function abandon(temporary: Temporary, parts: SmallFilesParts): void {
  closeSync(temporary.fd)
  removeTemporary(temporary, parts)
}

function removeTemporary(temporary: Temporary, parts: SmallFilesParts): void {
  try {
    const at = whereIs(temporary, parts)
    if (at !== undefined) unlinkSync(at)
  } catch {
    // The failure that led here is the one to tell; a leftover in staging goes with the staging folder.
  }
}

function failed(file: SmallFile, thrown: unknown, parts: SmallFilesParts): SmallFileResult {
  return { ok: false, path: file.path, error: targetError(thrown, parts.folders, file.path).toEnvelope() }
}
