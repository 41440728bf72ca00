import { stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import type { Fork, ProcessSetting } from '../../hosting/process-setting.ts'
import { SiteStorage, type SiteStorageOptions } from '../../hosting/site-storage.ts'
import { fileError } from '../../platform/errno.ts'
import { createLogger } from '../../platform/logger.ts'
import { TernError } from '../../shared/domain/errors.ts'
import { type ExitCode, exitCodes, type Terminal } from '../terminal.ts'
import { stopPatienceMs, untilAskedToEnd, within } from './serve.ts'

export interface ServeSiteInput extends SiteStorageOptions {
  /** As the workspace lists it; the machine's when absent. */
  readonly name?: string
}

/** Runs a server of a site until it is told to end. Prints one line of JSON once it has joined. */
export async function serveSite(fork: Fork, input: ServeSiteInput, terminal: Terminal): Promise<ExitCode> {
  const { name, ...options } = input
  for (const path of options.roots) {
    const stats = await stat(path).catch((thrown: unknown) => {
      throw fileError(thrown, 'source', { path })
    })
    if (!stats.isDirectory()) throw new TernError('FOLDER_OVER_FILE', { path })
  }
  const level = process.env.TERN_LOG_LEVEL
  const logger = createLogger({ name: 'serve', ...(level && { level }) })
  const setting: ProcessSetting = { fork, computerName: name ?? hostname(), isLoopbackOnly: false, logger }
  const ending = untilAskedToEnd()
  const storage = await SiteStorage.open(options, setting)
  await terminal.stdout.write(`${JSON.stringify({ workspaceId: storage.workspaceId, pid: process.pid })}\n`)
  await ending
  logger.info('ending')
  await within(stopPatienceMs, storage[Symbol.asyncDispose]())
  return exitCodes.done
}
