import type { HostIdentity, ReceiveRequest, SendRequest } from '../../src/engine/index.ts'
import { Meeting } from '../../src/engine/transport/meeting.ts'
import { Reception } from '../../src/engine/transport/reception.ts'
import { secureContextOf } from '../../src/engine/transport/tls.ts'
import type { Lane, Session } from '../../src/engine/transport/types.ts'
import { silentLogger } from '../../src/platform/logger.ts'

/** Proves itself like a real engine and then says whatever a test makes it say. */
export async function meetAsRawPeer(
  identity: HostIdentity,
  request: SendRequest | ReceiveRequest,
  listen?: { readonly host: string; readonly port: number },
): Promise<{ session: Session; firstLane: Promise<Lane>; listening?: { host: string; port: number } }> {
  const secureContext = secureContextOf(identity)
  const shared = { secureContext, logger: silentLogger, stallAfterMs: 60_000 }
  const reception = new Reception(shared)
  const listening = listen && (await reception.listen(listen))
  const { role: ownRole, ...rest } = request
  const meeting = new Meeting({ ...shared, ...rest, ownRole, laneCount: 1, reception, connectTimeoutMs: 5000 })
  reception.register(meeting)
  const session = await meeting.meet(new AbortController().signal)
  const firstLane = new Promise<Lane>((resolve) => session.onLane(({ lane }) => resolve(lane)))
  return { session, firstLane, ...(listening && { listening }) }
}
