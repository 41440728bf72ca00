import type { ClientKind } from '../../shared/domain/entities.ts'

/** The reference's numbers of the sorts of clients. */
export const clientTypes: Readonly<Record<ClientKind, number>> = { app: 0, server: 1, 'user-server': 2, browser: 3 }
