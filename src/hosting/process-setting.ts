import { join } from 'node:path'
import type { Logger } from '../platform/logger.ts'
import type { ForkedChild } from './forked-child.ts'

export type ProcessEntry = 'engine-process' | 'workspace-process' | 'storage-process' | 'backup-process'

export type Fork = (entry: ProcessEntry, serviceName: string) => ForkedChild

/** What everything that starts processes needs to know about this run of the program. */
export interface ProcessSetting {
  readonly fork: Fork
  /** Standard error when absent. */
  readonly logFolder?: string
  readonly computerName: string
  /** Tests and demos never leave this computer. */
  readonly isLoopbackOnly: boolean
  readonly logger: Logger
}

/** The part of a process's setup that says where it writes its log. */
export function logFileOf({ logFolder }: ProcessSetting, name: string): { readonly logFile?: string } {
  return logFolder === undefined ? {} : { logFile: join(logFolder, name) }
}
