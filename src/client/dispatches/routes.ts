import type { Duplex } from 'node:stream'
import { directRoute, type RelayRoute, type Route } from '../../engine/index.ts'
import type { DispatchOrder } from '../../shared/contract/stream.ts'
import type { WorkspaceConnection } from '../connection/workspace-connection.ts'

/** Direct ways get this long before the workspace carries the bytes. */
const relayDelayMs = 3000
/** As many as a host may announce: whatever a workspace says, it does not make this one knock at a thousand doors. */
const maxCandidates = 16

/** The ways to the peer of a dispatch: its own addresses when this side is to dial, and the workspace's relay after them. */
export function routesOf(order: DispatchOrder, connection: WorkspaceConnection): readonly Route[] {
  // One side dials, so that two connections never race for one ticket.
  const direct = order.peerDials ? [] : order.peer.candidates.slice(0, maxCandidates).map(directRoute)
  const relay: RelayRoute = {
    kind: 'relay',
    label: `relay by ${connection.server.address}`,
    open: relayLanes((lane, signal) => connection.openRelay(order.dispatchId, lane, signal)),
    tlsRole: order.role === 'send' ? 'client' : 'server',
    delayMs: direct.length > 0 || order.peerDials ? relayDelayMs : 0,
  }
  return [...direct, relay]
}

/**
 * The workspace joins the two streams that name the same lane. Both sides take the lowest number that they have free, so
 * whatever is lost and opened again, on one side or both, they meet; which data lane it then is, the peers say inside.
 */
function relayLanes(open: (lane: string, signal: AbortSignal) => Promise<Duplex>): RelayRoute['open'] {
  const taken = new Set<number>()
  return async (signal) => {
    let number = 0
    while (taken.has(number)) number += 1
    taken.add(number)
    try {
      const stream = await open(String(number), signal)
      stream.once('close', () => taken.delete(number))
      return stream
    } catch (error) {
      taken.delete(number)
      throw error
    }
  }
}
