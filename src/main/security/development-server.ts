const loopbackHosts = new Set(['localhost', '127.0.0.1', '[::1]'])

/** The origin of the development server: believed only in an unpackaged app, and only on this computer. */
export function developmentOrigin(isPackaged: boolean, address: string | undefined): string | undefined {
  if (isPackaged || address === undefined || !URL.canParse(address)) return undefined
  const url = new URL(address)
  return url.protocol === 'http:' && loopbackHosts.has(url.hostname) ? url.origin : undefined
}
