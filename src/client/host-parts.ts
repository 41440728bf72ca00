import type { Engine } from '../engine/index.ts'
import type { Logger } from '../platform/logger.ts'
import type { EngineEvents, EngineProcessSetup } from '../shared/contract/engine-process.ts'
import type { Grants } from './grants/grants.ts'
import type { RememberedLocations } from './incoming/remembered-locations.ts'
import type { Notices } from './notices.ts'
import type { PeerKeys } from './presence/peer-keys.ts'
import type { PresenceStore } from './presence/presence-store.ts'
import type { RowPublisher } from './rows/row-publisher.ts'
import type { Outbox } from './sending/outbox.ts'

/** Events of the host, as functions. */
export type HostEvents = { readonly [Name in keyof EngineEvents]: (payload: EngineEvents[Name]) => void }

/** What all workspaces of this host share. */
export interface HostParts {
  readonly setup: EngineProcessSetup
  readonly keyHash: string
  readonly engine: Engine
  readonly grants: Grants
  readonly presenceStore: PresenceStore
  readonly peerKeys: PeerKeys
  readonly outbox: Outbox
  readonly remembered: RememberedLocations
  readonly notices: Notices
  readonly rows: RowPublisher
  readonly logger: Logger
  downloadFolder(): string
  /** Users, sites, shares, names or the connection of a workspace changed. */
  onPresences(): void
}
