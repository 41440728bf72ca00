import type { Role } from '../domain/entities.ts'
import type { WorkspaceId } from '../domain/ids.ts'

/** Between main and a workspace process. */
export interface WorkspaceProcessSetup {
  readonly folder: string
  /** Standard error when absent. */
  readonly logFile?: string
  readonly listen: { readonly host: string; readonly port: number }
  /** `host:port` that invitations name. */
  readonly advertise?: string
  /** PEM files that are served in place of a certificate of its own. */
  readonly certificate?: { readonly certificateFile: string; readonly keyFile: string }
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
  /** `host:port`, as invitations say it. */
  readonly advertisedAddress: string
  /** What the storage process may use, beside the folder that the workspace was made with. */
  readonly storageRoots: readonly string[]
  /** For the storage process; only when the workspace was made just now. */
  readonly serverSessionToken?: string
}

export interface WorkspaceCommands {
  setup(input: WorkspaceProcessSetup): WorkspaceProcessStarted
  invite(input: { email?: string; name?: string; role: Role }): { invitation: string }
  /** Serves the certificate's files as they are now. */
  reloadCertificate(input: Record<string, never>): { keyHash: string }
  /** The storage process has been told of the last `storageRoots`. */
  storageRootsTaken(input: Record<string, never>): null
  shutdown(input: Record<string, never>): null
}

export interface WorkspaceEvents {
  /** This machine's owner allowed more folders. */
  readonly storageRoots: { readonly roots: readonly string[] }
}
