import { directRoute, type Route } from '../../engine/index.ts'
import type { DispatchOrder } from '../../shared/contract/stream.ts'
import type { WorkspaceConnection } from '../connection/workspace-connection.ts'

/** Direct ways get this long before the workspace carries the bytes. */
const relayDelayMs = 3000

/**
 * The lane of a relay is a name for the pair of streams; who is paired proves itself inside. One name for all lets the
 * workspace join whatever the two sides have open, in order, so that a lost stream on one side cannot put them out of step.
 */
const relayLane = 'any'

/** The ways to the peer of a dispatch: its own addresses when this side is to dial, and the workspace's relay after them. */
export function routesOf(order: DispatchOrder, connection: WorkspaceConnection): readonly Route[] {
  // One side dials, so that two connections never race for one ticket.
  const direct = order.peerDials ? [] : order.peer.candidates.map((candidate) => directRoute(candidate))
  const relay: Route = {
    kind: 'relay',
    label: `relay by ${connection.server.address}`,
    open: (signal) => connection.openRelay(order.dispatchId, relayLane, signal),
    tlsRole: order.role === 'send' ? 'client' : 'server',
    delayMs: direct.length > 0 || order.peerDials ? relayDelayMs : 0,
  }
  return [...direct, relay]
}
