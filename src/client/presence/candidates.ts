import { isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'

/** Where peers may dial this host: its own addresses when it listens on all of them. */
export function candidatesOf(
  listening: { readonly host: string; readonly port: number } | undefined,
): { host: string; port: number }[] {
  if (!listening) return []
  const { host, port } = listening
  if (host !== '0.0.0.0' && host !== '::') return [{ host, port }]
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return own
    .filter(({ address, internal }) => !internal && (host === '::' || !isIPv6(address)) && !address.startsWith('fe80:'))
    .slice(0, 16)
    .map(({ address }) => ({ host: address, port }))
}
