import { stat } from 'node:fs/promises'
import { relative, sep } from 'node:path'
import { workspaceFolderIn } from '../../hosting/hosted-workspace.ts'
import { fileError } from '../../platform/errno.ts'
import { TernError } from '../../shared/domain/errors.ts'
import type { AdminCommand, AdminInputs } from '../../workspace/index.ts'
import { printJson } from '../print-json.ts'
import { type ExitCode, exitCodes, type Terminal } from '../terminal.ts'
import { askWorkspace } from './ask-workspace.ts'

export interface AdminCall<Name extends AdminCommand> {
  readonly folder: string
  readonly input: AdminInputs[Name]
}

export async function makeVolume({ folder, input }: AdminCall<'addVolume'>, terminal: Terminal): Promise<ExitCode> {
  const { path } = input
  const stats = await stat(path).catch((thrown: unknown) => {
    throw fileError(thrown, 'source', { path })
  })
  if (!stats.isDirectory()) throw new TernError('FOLDER_OVER_FILE', { path })
  // Its users would read the keys and the passwords' hashes of the workspace.
  if (isWithin(path, folder) || isWithin(workspaceFolderIn(folder), path)) {
    throw new TernError('VOLUME_HOLDS_DATA', { path })
  }
  await printJson(terminal.stdout, await askWorkspace(folder, 'addVolume', input))
  return exitCodes.done
}

export async function assignVolume(
  { folder, input }: AdminCall<'assignVolume'>,
  terminal: Terminal,
): Promise<ExitCode> {
  await printJson(terminal.stdout, await askWorkspace(folder, 'assignVolume', input))
  return exitCodes.done
}

export async function keepMailPassword({ folder, input }: AdminCall<'mailPassword'>): Promise<ExitCode> {
  await askWorkspace(folder, 'mailPassword', input)
  return exitCodes.done
}

export async function inviteServer(
  { folder, input }: AdminCall<'inviteServer'>,
  terminal: Terminal,
): Promise<ExitCode> {
  const { invitation } = await askWorkspace(folder, 'inviteServer', input)
  await terminal.stdout.write(`${invitation}\n`)
  return exitCodes.done
}

export async function makeUser({ folder, input }: AdminCall<'addUser'>, terminal: Terminal): Promise<ExitCode> {
  await printJson(terminal.stdout, await askWorkspace(folder, 'addUser', input))
  return exitCodes.done
}

export async function setPassword({ folder, input }: AdminCall<'setPassword'>, terminal: Terminal): Promise<ExitCode> {
  await printJson(terminal.stdout, await askWorkspace(folder, 'setPassword', input))
  return exitCodes.done
}

/** Prints the key and nothing else, so that it can be kept by `>`; it is never shown again. */
export async function makeKey({ folder, input }: AdminCall<'createKey'>, terminal: Terminal): Promise<ExitCode> {
  const { key } = await askWorkspace(folder, 'createKey', input)
  await terminal.stdout.write(`${key}\n`)
  return exitCodes.done
}

export async function listKeys({ folder, input }: AdminCall<'listKeys'>, terminal: Terminal): Promise<ExitCode> {
  await printJson(terminal.stdout, await askWorkspace(folder, 'listKeys', input))
  return exitCodes.done
}

export async function revokeKey({ folder, input }: AdminCall<'revokeKey'>, terminal: Terminal): Promise<ExitCode> {
  await printJson(terminal.stdout, await askWorkspace(folder, 'revokeKey', input))
  return exitCodes.done
}

export async function invite({ folder, input }: AdminCall<'invite'>, terminal: Terminal): Promise<ExitCode> {
  const { invitation } = await askWorkspace(folder, 'invite', input)
  await terminal.stdout.write(`${invitation}\n`)
  return exitCodes.done
}

function isWithin(outer: string, inner: string): boolean {
  const way = relative(outer, inner)
  return way !== '..' && !way.startsWith(`..${sep}`) && !/^[A-Za-z]:/.test(way)
}
