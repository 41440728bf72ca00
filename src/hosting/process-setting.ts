import type { Logger } from '../platform/logger.ts'
import type { ForkedChild } from './forked-child.ts'

export type ProcessEntry = 'engine-process' | 'workspace-process' | 'storage-process'

/** What everything that starts processes needs to know about this run of the app. */
export interface ProcessSetting {
  readonly fork: (entry: ProcessEntry, serviceName: string) => ForkedChild
  readonly logFolder: string
  readonly computerName: string
  /** Tests and demos never leave this computer. */
  readonly isLoopbackOnly: boolean
  readonly logger: Logger
}
