/** Between whoever serves a workspace and the process that copies its database. */
export interface BackupSetup {
  /** The workspace's own, with the database in it. */
  readonly folder: string
  /** Must not be there yet. */
  readonly file: string
  readonly logFile?: string
}

export interface BackupCommands {
  /** Answers when the copy is complete, checked and durable. */
  setup(input: BackupSetup): { sizeBytes: number }
  shutdown(input: Record<string, never>): null
}
