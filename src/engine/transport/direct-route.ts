import type { DirectRoute } from '../api.ts'
import { addressLabel } from './tls.ts'

/** Dials a host and port. `delayMs` lets better routes win. */
export function directRoute(target: {
  readonly host: string
  readonly port: number
  readonly delayMs?: number
}): DirectRoute {
  const { host, port, delayMs } = target
  return {
    kind: 'direct',
    label: addressLabel(target),
    address: { host, port },
    ...(delayMs !== undefined && { delayMs }),
  }
}
