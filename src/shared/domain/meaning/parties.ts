import { TernError } from '../errors.ts'
import { isEntityId } from '../ids.ts'
import { printPlace } from '../notation/notation.ts'
import type { PartyReference, PlaceReference } from '../notation/place.ts'
import type { Directory, DirectoryClient, DirectoryUser } from './directory.ts'

/** Who stands at one end of a job. */
export type MeantParty =
  | { readonly kind: 'site'; readonly site: string }
  | { readonly kind: 'user'; readonly user: DirectoryUser; readonly client?: DirectoryClient }

export type MeantPerson = Extract<MeantParty, { kind: 'user' }>

/** What a word or an id in the party's position is, for the notation's parser; undefined when it is nobody. */
export function partyOfCode(
  directory: Pick<Directory, 'workspace' | 'hasSite' | 'userById' | 'clientById'>,
  code: string,
): PartyReference | undefined {
  if (code === directory.workspace.code || code === directory.workspace.id) return { kind: 'workspace', code }
  if (directory.hasSite(code)) return { kind: 'site', code }
  if (!isEntityId(code)) return undefined
  if (directory.userById(code)) return { kind: 'user', user: code }
  return directory.clientById(code) && { kind: 'client', client: code }
}

/**
 * The party that a place names; undefined when it names none. A machine that is not the caller's to name is refused
 * wherever it stands, and unknown by its name, so that nobody learns what others call theirs.
 * @throws TernError PARTY_UNKNOWN `{party}`, FORBIDDEN `{path}`, PATH_AMBIGUOUS `{path, readings}` for a host's name that two computers have
 */
export function namedParty(directory: Directory, place: PlaceReference): MeantParty | undefined {
  const { party } = place
  switch (party.kind) {
    case 'none':
      return undefined
    case 'workspace': {
      const known = partyOfCode(directory, party.code)
      if (known === undefined) throw unknown(party.code)
      return known.kind === 'workspace'
        ? { kind: 'site', site: directory.mainSite }
        : namedParty(directory, { ...place, party: known })
    }
    case 'site':
      if (!directory.hasSite(party.code)) throw unknown(party.code)
      return { kind: 'site', site: party.code }
    case 'user':
      return namedUser(directory, party, place)
    case 'client':
      return namedClient(directory, party.client, place)
  }
}

/** The caller's own machine: the one that asks, else the one seen last. Throws PARTY_UNKNOWN when there is none. */
export function callersMachine(directory: Directory): MeantPerson {
  const { user } = directory.caller
  return { kind: 'user', user, client: machineOf(directory, user) }
}

/**
 * A person's machine: the one that asks if it is theirs, else the one seen last. A script runs on none: what it calls its
 * person's own is the only one that they have (transfers document, Create).
 * @throws TernError PARTY_UNKNOWN `{party, problem}`, PATH_AMBIGUOUS `{path, readings}`
 */
export function machineOf(directory: Directory, user: DirectoryUser): DirectoryClient {
  const { user: caller, client: own } = directory.caller
  if (own?.userId === user.id) return own
  const clients = directory.clientsOf(user.id).filter(({ kind }) => kind !== 'browser')
  const [client, ...others] = clients
  if (client === undefined) throw new TernError('PARTY_UNKNOWN', { party: user.email, problem: 'no-machine' })
  const isUnclear = own === undefined && caller.id === user.id && others.some((each) => each.machine !== client.machine)
  if (isUnclear) throw new TernError('PATH_AMBIGUOUS', { path: user.email, readings: machineNames(clients) })
  return client
}

const mostNamed = 20

function machineNames(clients: readonly DirectoryClient[]): string {
  return clients
    .slice(0, mostNamed)
    .map(({ id, name }) => `client=${id}: (${name})`)
    .join(', ')
}

/** Names what a place could have meant, each as a notation that means one thing only. */
export function ambiguous(places: readonly PlaceReference[], readings: readonly PlaceReference[]): TernError {
  return new TernError('PATH_AMBIGUOUS', {
    path: places.map(printPlace).join(', '),
    readings: readings.map(printPlace).join(', '),
  })
}

function namedUser(
  directory: Directory,
  party: Extract<PartyReference, { kind: 'user' }>,
  place: PlaceReference,
): MeantPerson {
  const { host } = party
  // An address may look like an id at a host.
  const address = host === undefined ? party.user : `${party.user}@${host}`
  const byId = party.user.includes('@') ? undefined : directory.userById(party.user)
  const byEmail = party.user.includes('@') ? directory.userByEmail(party.user) : undefined
  const user = byId ?? byEmail ?? directory.userByEmail(address)
  if (user === undefined || user.isDisabled) throw unknown(party.user)
  if (host === undefined || (byId === undefined && byEmail === undefined)) return { kind: 'user', user }
  return { kind: 'user', user, client: clientNamed(directory, user, host, place) ?? raise(unknown(address)) }
}

function namedClient(directory: Directory, name: string, place: PlaceReference): MeantParty {
  const client = directory.clientById(name) ?? clientNamed(directory, directory.caller.user, name, place)
  if (client?.siteCode !== undefined) return { kind: 'site', site: client.siteCode }
  const user = client?.userId === undefined ? undefined : directory.userById(client.userId)
  if (client === undefined || user === undefined || user.isDisabled) throw unknown(name)
  if (!directory.mayNameMachine(client)) throw new TernError('FORBIDDEN', { path: printPlace(place) })
  return { kind: 'user', user, client }
}

/** Several clients on one computer have its name: the one seen last is meant. Two computers with one name are not told apart. */
function clientNamed(
  directory: Directory,
  user: DirectoryUser,
  name: string,
  place: PlaceReference,
): DirectoryClient | undefined {
  const nameable = directory.clientsOf(user.id).filter((client) => directory.mayNameMachine(client))
  const named = nameable.filter((client) => client.name === name)
  const lasting = named.filter(({ kind }) => kind !== 'browser')
  const machines = new Map<string, DirectoryClient>()
  for (const client of lasting.length > 0 ? lasting : named) {
    if (!machines.has(client.machine)) machines.set(client.machine, client)
  }
  const [first, ...others] = machines.values()
  if (first === undefined || others.length === 0) return first
  const readings = [first, ...others].map(({ id }) => ({ ...place, party: { kind: 'client', client: id } as const }))
  throw ambiguous([place], readings)
}

function unknown(party: string): TernError {
  return new TernError('PARTY_UNKNOWN', { party })
}

function raise(error: TernError): never {
  throw error
}
