import { lstat, realpath } from 'node:fs/promises'
import { basename } from 'node:path'
import { type BrowserWindow, dialog, type OpenDialogOptions } from 'electron'
import type { PickedItem } from '../../shared/contract/view.ts'
import { TernError } from '../../shared/domain/errors.ts'
import { say } from '../../shared/words/index.ts'
import type { TokenPurpose, TokenRegistry } from '../tokens/token-registry.ts'

export interface PickedPath {
  readonly path: string
  readonly kind: 'file' | 'folder'
}

/** The system's own dialog for files or folders to send; empty when it was cancelled. */
export async function askForItems(
  kind: 'files' | 'folders',
  window: BrowserWindow | undefined,
): Promise<readonly string[]> {
  const options: OpenDialogOptions = {
    title: say(kind === 'files' ? 'dialog.pickFiles.title' : 'dialog.pickFolders.title'),
    buttonLabel: say('dialog.pick.button'),
    properties: [kind === 'files' ? 'openFile' : 'openDirectory', 'multiSelections'],
  }
  const answer = await ask(options, window)
  return answer
}

/** The system's own dialog for one folder, in which a new one can be made; undefined when it was cancelled. */
export async function askForFolder(
  purpose: 'download' | 'storage' | 'delivery',
  startsAt: string,
  window: BrowserWindow | undefined,
): Promise<string | undefined> {
  const [path] = await ask(
    {
      title: say(`dialog.pickFolder.${purpose}`),
      buttonLabel: say('dialog.pick.button'),
      defaultPath: startsAt,
      properties: ['openDirectory', 'createDirectory', 'promptToCreate'],
    },
    window,
  )
  return path
}

async function ask(options: OpenDialogOptions, window: BrowserWindow | undefined): Promise<readonly string[]> {
  const answer = window ? await dialog.showOpenDialog(window, options) : await dialog.showOpenDialog(options)
  return answer.canceled ? [] : answer.filePaths
}

/**
 * What is at a path that a person picked, as a real path: links on the way are followed once, here, so that the grant is
 * for what was meant. Fails with SOURCE_NOT_FOUND or SPECIAL_FILE.
 */
export async function examinePath(picked: string): Promise<PickedPath> {
  const path = await realpath(picked).catch(() => {
    throw new TernError('SOURCE_NOT_FOUND', { path: picked })
  })
  const stats = await lstat(path)
  if (stats.isDirectory()) return { path, kind: 'folder' }
  if (stats.isFile()) return { path, kind: 'file' }
  throw new TernError('SPECIAL_FILE', { path })
}

export function toPickedItem(picked: PickedPath, purpose: TokenPurpose, tokens: TokenRegistry): PickedItem {
  return {
    token: tokens.add({ ...picked, purpose }),
    name: basename(picked.path) || picked.path,
    kind: picked.kind,
    displayPath: picked.path,
  }
}
