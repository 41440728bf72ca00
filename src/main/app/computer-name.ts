import { hostname } from 'node:os'

/** As a person would call this computer: its host name without what the network adds to it. */
export function computerName(): string {
  const name = hostname().replace(/\.(local|lan|home|internal)$/i, '')
  return name === '' ? 'This computer' : name
}
