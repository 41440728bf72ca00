import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { openCalls } from '../platform/message-rpc.ts'
import type { BackupCommands } from '../shared/contract/backup-process.ts'
import type { ForkedChild } from './forked-child.ts'
import { logFileOf, type ProcessSetting } from './process-setting.ts'

export interface BackupRhythm {
  readonly everyMs: number
  /** Older ones are removed once a new one is complete. */
  readonly keep: number
}

const fileName = /^workspace-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.db$/
/** How often it is looked whether one is due: the machine may sleep, and its clock may be set. */
const lookEveryMs = 60_000

/** Backs a served workspace up, again and again, in a process beside it. */
export class DailyBackups implements AsyncDisposable {
  readonly #workspaceFolder: string
  readonly #backupFolder: string
  readonly #setting: ProcessSetting
  readonly #rhythm: BackupRhythm
  readonly #timer: NodeJS.Timeout
  #child: ForkedChild | undefined
  #running: Promise<void> | undefined

  constructor(workspaceFolder: string, backupFolder: string, setting: ProcessSetting, rhythm: BackupRhythm) {
    this.#workspaceFolder = workspaceFolder
    this.#backupFolder = backupFolder
    this.#setting = setting
    this.#rhythm = rhythm
    this.#timer = setInterval(() => this.#look(), Math.min(lookEveryMs, rhythm.everyMs))
    this.#look()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer)
    // What it has written so far is removed by the next one.
    this.#child?.kill()
    await this.#running
  }

  #look(): void {
    this.#running ??= this.#backUpWhenDue()
      .catch((thrown) => this.#setting.logger.error({ err: thrown }, 'the workspace could not be backed up'))
      .finally(() => {
        this.#running = undefined
      })
  }

  async #backUpWhenDue(): Promise<void> {
    const atMs = Date.now()
    const newest = (await this.#files()).at(-1)
    if (newest !== undefined) {
      const ageMs = atMs - timeOf(newest)
      // One from the future was made before the clock was set back.
      if (ageMs >= 0 && ageMs < this.#rhythm.everyMs) return
    }
    const file = join(this.#backupFolder, `workspace-${new Date(atMs).toISOString().replace(/[-:]|\.\d+/g, '')}.db`)
    const { sizeBytes } = await this.#backUp(file)
    this.#setting.logger.info({ file, sizeBytes }, 'the workspace was backed up')
    const files = await this.#files()
    for (const old of files.slice(0, Math.max(0, files.length - this.#rhythm.keep))) {
      await rm(join(this.#backupFolder, old), { force: true })
    }
  }

  async #backUp(file: string): Promise<{ readonly sizeBytes: number }> {
    const child = this.#setting.fork('backup-process', 'tern-backup')
    this.#child = child
    const { call, lost } = openCalls<BackupCommands, Record<never, never>>(child.endpoint, () => {})
    child.onExit(lost)
    try {
      return await call('setup', { folder: this.#workspaceFolder, file, ...logFileOf(this.#setting, 'backup.log') })
    } finally {
      this.#child = undefined
      child.kill()
    }
  }

  /** The oldest first. */
  async #files(): Promise<string[]> {
    const names = await readdir(this.#backupFolder).catch(() => [])
    return names.filter((name) => fileName.test(name)).sort()
  }
}

function timeOf(name: string): number {
  return Date.parse(name.replace(fileName, '$1-$2-$3T$4:$5:$6Z'))
}
