import { existsSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { makeDataFolder } from '../../hosting/data-folder.ts'
import { HostedWorkspace, workspaceFolderIn } from '../../hosting/hosted-workspace.ts'
import type { Fork } from '../../hosting/process-setting.ts'
import { createLogger } from '../../platform/logger.ts'
import { TernError } from '../../shared/domain/errors.ts'
import { printJson } from '../print-json.ts'
import { type ExitCode, exitCodes, type Terminal } from '../terminal.ts'

export interface InitInput {
  readonly folder: string
  readonly code: string
  readonly name: string
  readonly admin: { readonly email: string; readonly name: string; readonly password: string }
  /** Holds `projects` and `homes`. */
  readonly filesFolder: string
}

/** Makes a workspace in a folder that is new or empty, and leaves it ready to be served. */
export async function initWorkspace(fork: Fork, input: InitInput, terminal: Terminal): Promise<ExitCode> {
  const { folder, code, name, admin, filesFolder } = input
  if (existsSync(join(folder, 'hosted.json')) || existsSync(workspaceFolderIn(folder))) {
    throw new TernError('FILE_EXISTS', { entity: 'workspace', path: folder })
  }
  await makeDataFolder(folder)
  // It listens for a moment, to nobody but this machine: the storage signs in for the first time.
  process.env.TERN_LOG_LEVEL ??= 'warn'
  const logger = createLogger({ name: 'init', level: process.env.TERN_LOG_LEVEL })
  const setting = { fork, computerName: hostname(), isLoopbackOnly: true, logger }
  const hosted = await HostedWorkspace.create(folder, setting, {
    code,
    name,
    admin,
    storageFolder: filesFolder,
    isDemo: false,
  })
  const { workspaceId, keyHash } = hosted.address
  await hosted.stop()
  await printJson(terminal.stdout, { workspaceId, code, folder, filesFolder, fingerprint: keyHash })
  return exitCodes.done
}
