import { hostname } from 'node:os'
import { join } from 'node:path'
import { DailyBackups } from '../../hosting/daily-backups.ts'
import { HostedWorkspace, type StorageLimits, workspaceFolderIn } from '../../hosting/hosted-workspace.ts'
import type { Fork, ProcessSetting } from '../../hosting/process-setting.ts'
import { createLogger, type Logger } from '../../platform/logger.ts'
import { type ExitCode, exitCodes, type Terminal } from '../terminal.ts'

export interface ServeInput {
  readonly folder: string
  readonly host: string
  /** As before when absent. */
  readonly port?: number
  readonly advertise?: string
  readonly transferPort?: number
  readonly certificate?: { readonly certificateFile: string; readonly keyFile: string }
  /** Of all that the storage transfers. */
  readonly limits?: StorageLimits
  /** 0: never. */
  readonly backupHours: number
  readonly keepBackups: number
}

export const stopPatienceMs = 4500
const hourMs = 3_600_000

/**
 * Serves a workspace until it is told to end. Prints one line of JSON once others can connect.
 * @throws TernError PROCESS_LOST {crashes} when the server ends right after every start; a service manager shall know
 */
export async function serve(fork: Fork, input: ServeInput, terminal: Terminal): Promise<ExitCode> {
  const level = process.env.TERN_LOG_LEVEL
  const logger = createLogger({ name: 'serve', ...(level && { level }) })
  const setting: ProcessSetting = { fork, computerName: hostname(), isLoopbackOnly: false, logger }
  const { folder, host, port, advertise, transferPort, certificate, limits } = input
  // Asked to end before it has begun: then it ends as soon as it can.
  const ending = untilAskedToEnd()
  const hosted = await HostedWorkspace.open(folder, setting, {
    host,
    ...(port !== undefined && { port }),
    ...(advertise !== undefined && { advertise }),
    ...(transferPort !== undefined && { transferPort }),
    ...(certificate && { certificate }),
    ...(limits && { limits }),
  })
  process.on('SIGHUP', () => void reload(hosted, logger))
  const { workspaceId, keyHash } = hosted.address
  const address = hosted.advertisedAddress
  const ready = { url: `https://${address}`, address, fingerprint: keyHash, workspaceId, pid: process.pid }
  await terminal.stdout.write(`${JSON.stringify(ready)}\n`)
  const backups = startBackups(input, setting)
  const failure = await Promise.race([ending, hosted.hopeless])
  logger.info('ending')
  await within(stopPatienceMs, Promise.all([backups?.[Symbol.asyncDispose](), hosted.stop()]))
  if (failure) throw failure
  return exitCodes.done
}

function startBackups(input: ServeInput, setting: ProcessSetting): DailyBackups | undefined {
  const { folder, backupHours, keepBackups: keep } = input
  if (backupHours === 0) return undefined
  const rhythm = { everyMs: backupHours * hourMs, keep }
  return new DailyBackups(workspaceFolderIn(folder), join(folder, 'backups'), setting, rhythm)
}

async function reload(hosted: HostedWorkspace, logger: Logger): Promise<void> {
  await hosted.reloadCertificate().then(
    () => logger.info('the certificate was read again'),
    (thrown) => logger.error({ err: thrown }, 'the certificate stays as it was'),
  )
}

/** Settles when a service manager, or a person at the terminal, asks this process to end. */
export function untilAskedToEnd(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve())
  })
}

/** What has not ended by then ends with this process. */
export async function within(limitMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs)
  })
  await Promise.race([work, limit])
  clearTimeout(timer)
}
