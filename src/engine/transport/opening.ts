import type { Duplex } from 'node:stream'
import type { SecureContext } from 'node:tls'
import type { Route } from '../api.ts'
import { dial, type SecureStream, secure } from './tls.ts'

/** True: whoever opens this route speaks TLS as the client, so the peer's hello is not to be waited for. */
export function isTlsClientOn(route: Route): boolean {
  return route.kind === 'direct' || route.tlsRole === 'client'
}

/**
 * A connection by a route on which this side is the TLS client. `onConnect`: there is a way to the peer's door, whoever
 * stands there.
 * @throws TernError PEER_UNREACHABLE, PEER_LOST
 */
export async function openSecure(
  route: Route,
  context: SecureContext,
  signal: AbortSignal,
  onConnect: () => void = () => undefined,
): Promise<SecureStream> {
  if (route.kind === 'direct') return dial(route.address, context, signal, onConnect)
  return secure(await openStream(route, signal), 'client', context, signal)
}

/** Routes may tie their stream to the signal for good, so theirs ends its say once the stream is open. */
export async function openStream(
  route: { open(signal: AbortSignal): Promise<Duplex> },
  signal: AbortSignal,
): Promise<Duplex> {
  const opening = new AbortController()
  const onAbort = () => opening.abort()
  signal.addEventListener('abort', onAbort)
  if (signal.aborted) onAbort()
  try {
    return await route.open(opening.signal)
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
