import type { Role } from '../../domain/entities.ts'

/** Who may call at all; what they may see or change of it is decided in the workspace's access rules. */
export type Audience = 'anyone' | 'signed-in' | 'client' | Role
