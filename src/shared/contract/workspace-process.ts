import type { Role } from '../domain/entities.ts'
import type { WorkspaceId } from '../domain/ids.ts'

/** Between main and a workspace process. */
export interface WorkspaceProcessSetup {
  readonly folder: string
  readonly logFile: string
  readonly listen: { readonly host: string; readonly port: number }
  /** Present once, when the workspace is made. */
  readonly create?: {
    readonly code: string
    readonly name: string
    readonly admin: { readonly email: string; readonly name: string; readonly password: string }
    readonly server: { readonly name: string; readonly keyHash: string }
    readonly projectsPath: string
    readonly homesPath: string
  }
}

export interface WorkspaceProcessStarted {
  readonly workspaceId: WorkspaceId
  readonly name: string
  /** `host:port`. */
  readonly address: string
  readonly keyHash: string
  /** For the storage process; only when the workspace was made just now. */
  readonly serverSessionToken?: string
}

export interface WorkspaceCommands {
  setup(input: WorkspaceProcessSetup): WorkspaceProcessStarted
  invite(input: { email?: string; name?: string; role: Role }): { invitation: string }
  shutdown(input: Record<string, never>): null
}
