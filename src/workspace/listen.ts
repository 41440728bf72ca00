import { constants } from 'node:crypto'
import type { Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'
import { errnoOf } from '../platform/errno.ts'
import { TernError } from '../shared/domain/errors.ts'

export interface ListenAt {
  readonly host: string
  readonly port: number
}

/** What a changed certificate is served with; as the server was made. */
export const tlsOptions = { minVersion: 'TLSv1.3', secureOptions: constants.SSL_OP_NO_TICKET } as const

const problemOf: Readonly<Record<string, string>> = {
  EADDRINUSE: 'taken',
  EACCES: 'forbidden',
  EADDRNOTAVAIL: 'not-here',
  ENOTFOUND: 'not-here',
  EAI_AGAIN: 'not-here',
}

/** @throws TernError ADDRESS_UNUSABLE `{address, port, problem}`: taken, forbidden, not-here, system */
export function listen(http: Server, { host, port }: ListenAt): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (cause: unknown) => {
      const problem = problemOf[errnoOf(cause) ?? ''] ?? 'system'
      reject(new TernError('ADDRESS_UNUSABLE', { address: host, port, problem }, { cause }))
    }
    http.once('error', refuse)
    http.listen(port, host, () => {
      http.off('error', refuse)
      resolve()
    })
  })
}

/** `host:port`, as it was bound. */
export function addressOf(http: Server): string {
  const { address, port, family } = http.address() as AddressInfo
  return family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`
}

/** As others reach it: who listens everywhere is found by this machine's first address in a network, or by its name. */
export function reachableAddress(http: Server): string {
  const { address, port } = http.address() as AddressInfo
  if (address !== '0.0.0.0' && address !== '::') return addressOf(http)
  const outside = Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)
  return `${outside?.address ?? hostname()}:${port}`
}
