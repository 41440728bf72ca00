import type { BackupCommands, BackupSetup } from '../shared/contract/backup-process.ts'
import { backUpWorkspace } from '../workspace/index.ts'
import { serveProcess } from './process-life.ts'

/** Copies a database that others go on to use; a process of its own, since copying takes as long as the disk does. */
serveProcess<BackupCommands, Record<string, never>, BackupSetup, { sizeBytes: number }>(
  'backup',
  async ({ folder, file }) => ({
    started: await backUpWorkspace(folder, file),
    handlers: { shutdown: () => null },
  }),
)
