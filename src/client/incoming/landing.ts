import { lstat, rmdir, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { checkName, type NamePreview, previewNames } from '../../engine/index.ts'
import { errnoOf, fileError } from '../../platform/errno.ts'
import type { OperationOutput } from '../../shared/contract/operations.ts'
import type { IncomingEntry } from '../../shared/contract/view.ts'
import { TernError } from '../../shared/domain/errors.ts'
import { isWithin } from '../grants/real-path.ts'
import { makeFolders } from '../make-folders.ts'

export type PreviewEntries = OperationOutput<'transfer/preview'>['entries']

/** What runs by a double click: shown as such, never refused. */
const programs = new Set(
  'app appimage bat cmd com command cpl deb desktop dmg exe gadget hta jar js jse lnk msi msp pif pkg ps1 reg rpm run scpt scr service sh url vb vbe vbs webloc workflow wsf'.split(
    ' ',
  ),
)

/** Names that systems and shells act on by themselves wherever they lie in a home or on a drive, in lower case. */
const actedUpon = new Set(
  '.ssh .bashrc .bash_login .bash_logout .bash_profile .profile .zshenv .zshrc .zprofile .zlogin .xinitrc .xprofile .config .gitconfig .npmrc autorun.inf desktop.ini autostart startup launchagents launchdaemons'.split(
    ' ',
  ),
)

export interface Comparison {
  readonly entries: readonly Omit<IncomingEntry, 'taskId'>[]
  readonly sameFiles: number
  readonly sameBytes: number
  readonly replacedFiles: number
}

/**
 * What would happen to each entry in that folder; `folder` is only given where this machine may look. `policy`: what
 * becomes of names that its disk cannot hold.
 */
export async function compareWith(
  folder: string | undefined,
  preview: PreviewEntries,
  policy: 'map' | 'refuse' = 'map',
): Promise<Comparison> {
  const entries: Omit<IncomingEntry, 'taskId'>[] = []
  let sameFiles = 0
  let sameBytes = 0
  let replacedFiles = 0
  const isThere = folder !== undefined && (await lstat(folder).catch(() => undefined)) !== undefined
  const names = previewNames(
    folder,
    preview.map(({ path }) => path),
    policy,
  )
  for (const entry of preview) {
    const { path, kind, sizeBytes } = entry
    const landing = names.get(path)
    // A name that cannot land is not looked for either: a backslash in it could lead out of the folder.
    const existing = isThere && kind === 'file' && landing?.path ? await existingFile(folder, landing.path) : undefined
    const isSame =
      existing?.isFile === true &&
      existing.sizeBytes === sizeBytes &&
      Math.floor(existing.mtimeMs / 1000) === Math.floor(entry.mtimeMs / 1000)
    if (isSame) {
      sameFiles += 1
      sameBytes += sizeBytes
    } else if (existing) replacedFiles += 1
    const look = nameLook(landing, path, kind) ?? (isSame ? 'same' : existing ? 'replaces' : programLook(path, kind))
    const existingMtimeMs = existing && !isSame ? { existingMtimeMs: existing.mtimeMs } : {}
    const becomes = landing?.path !== undefined && landing.becomes !== undefined && { becomes: landing.becomes }
    entries.push({ path, kind, sizeBytes, ...(look && { look }), ...becomes, ...existingMtimeMs })
  }
  return { entries, sameFiles, sameBytes, replacedFiles }
}

/** Space where a folder is or will be; undefined where the system does not say. */
export async function spaceAt(folder: string): Promise<{ freeBytes: number; totalBytes: number } | undefined> {
  for (let path = folder; ; path = dirname(path)) {
    try {
      const { bavail, blocks, bsize } = await statfs(path)
      return { freeBytes: bavail * bsize, totalBytes: blocks * bsize }
    } catch {
      if (dirname(path) === path) return undefined
    }
  }
}

/**
 * Makes the folder that a person chose, and answers how to take it back while it is empty. Fails with
 * TARGET_NOT_WRITABLE, DISK_FULL, FOLDER_OVER_FILE and the like.
 */
export async function makeLandingFolder(path: string): Promise<() => Promise<void>> {
  try {
    const firstMade = await makeFolders(path)
    return () => (firstMade === undefined ? Promise.resolve() : removeEmptyFolders(path, firstMade))
  } catch (thrown) {
    if (errnoOf(thrown) === 'EEXIST') throw new TernError('FOLDER_OVER_FILE', { path }, { cause: thrown })
    throw fileError(thrown, 'target', { path })
  }
}

async function removeEmptyFolders(from: string, upTo: string): Promise<void> {
  for (let path = from; isWithin(upTo, path); path = dirname(path)) {
    const isRemoved = await rmdir(path).then(
      () => true,
      () => false,
    )
    if (!isRemoved) return
  }
}

/** A person's name as the name of a folder on any system. */
export function folderNameOf(name: string): string {
  const plain = name
    .normalize('NFC')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what has to go
    .replace(/[<>:"/\\|?*\u0000-\u001f\u007f]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 80)
    .replace(/[. ]+$/, '')
  const isUsable = plain !== '' && !plain.startsWith('.') && checkName(plain, 'windows') === undefined
  return isUsable ? plain : `_${plain.replace(/^\.+/, '')}`
}

async function existingFile(
  folder: string,
  path: string,
): Promise<{ isFile: boolean; sizeBytes: number; mtimeMs: number } | undefined> {
  const stat = await lstat(join(folder, path)).catch(() => undefined)
  return stat && { isFile: stat.isFile(), sizeBytes: stat.size, mtimeMs: stat.mtimeMs }
}

/** A program stays one by whatever name, and that is what has to be seen. */
function nameLook(landing: NamePreview | undefined, path: string, kind: 'file' | 'folder'): IncomingEntry['look'] {
  if (landing?.path === undefined) return 'name-not-allowed'
  return landing.becomes === undefined ? undefined : (programLook(path, kind) ?? 'name-mapped')
}

function programLook(path: string, kind: 'file' | 'folder'): 'program' | undefined {
  if (kind === 'folder') return undefined
  if (
    path
      .toLowerCase()
      .split('/')
      .some((name) => actedUpon.has(name))
  )
    return 'program'
  const extension = /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase()
  return extension !== undefined && programs.has(extension) ? 'program' : undefined
}
