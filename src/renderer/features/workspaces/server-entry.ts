/** Which server somebody means, as it was typed or pasted. */
export interface ServerEntry {
  readonly address: string
  readonly fingerprint: string
}

export interface KnownServer {
  readonly address: string
  readonly keyHash: string
}

/** Address and fingerprint stand in one line in every invitation, whether it was used or not. */
const both = /^(?:tern:\/\/join\/)?([^\s/]+)\/([0-9a-fA-F]{64})(?:\/\S*)?$/
const hostAndPort = /^(?:\[[0-9a-fA-F:.]+\]|[^\s:/@[\]]+):(\d{1,5})$/

/** What is in the address field. With an invitation, or another line that carries both, the fingerprint is known too. */
export function enterAddress(entry: ServerEntry, text: string): ServerEntry {
  const [, address, fingerprint] = both.exec(text.trim()) ?? []
  return address === undefined || fingerprint === undefined ? { ...entry, address: text } : { address, fingerprint }
}

/** The address as it is dialled; undefined when it is none. A copied `https://` is put away. */
export function addressOf({ address }: ServerEntry): string | undefined {
  const plain = address
    .trim()
    .replace(/^https:\/\//i, '')
    .replace(/\/$/, '')
  const port = Number(hostAndPort.exec(plain)?.[1])
  return port >= 1 && port <= 65_535 ? plain : undefined
}

/** The fingerprint, however a tool sets it: with colons or blanks, or after `SHA2-256(stdin)=`. */
export function keyHashOf({ fingerprint }: ServerEntry): string | undefined {
  const plain = fingerprint.slice(fingerprint.lastIndexOf('=') + 1).replace(/[\s:]/g, '')
  return /^[0-9a-fA-F]{64}$/.test(plain) ? plain.toLowerCase() : undefined
}

export function knownServer(entry: ServerEntry): KnownServer | undefined {
  const address = addressOf(entry)
  const keyHash = keyHashOf(entry)
  return address === undefined || keyHash === undefined ? undefined : { address, keyHash }
}
