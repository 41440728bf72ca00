import type { ClientId, ShareId, UserId, WorkspaceId } from '../../../../../src/shared/domain/ids.ts'
import type {
  Directory,
  DirectoryClient,
  DirectoryShare,
  DirectoryUser,
} from '../../../../../src/shared/domain/meaning/directory.ts'
import { indexVolumes } from '../../../../../src/shared/domain/meaning/volumes.ts'

/** An id of 24 hexadecimal characters that ends with the number. */
export function id(number: number): string {
  return number.toString(16).padStart(24, '0')
}

function user(number: number, name: string, role: DirectoryUser['role'], isDisabled = false): DirectoryUser {
  return { id: id(number) as UserId, email: `${name}@example.com`, role, isDisabled }
}

export const john = user(1, 'john', 'admin')
export const mia = user(2, 'mia', 'standard')
export const sam = user(3, 'sam', 'standard', true)
/** Has neither a machine nor a home. */
export const lisa = user(4, 'lisa', 'employee')

function client(number: number, name: string, more: Partial<DirectoryClient>): DirectoryClient {
  return { id: id(number) as ClientId, name, kind: 'app', machine: `key of ${number}`, ...more }
}

export const clients = {
  johns: client(16, 'EDIT-7', { userId: john.id }),
  /** On the same computer. */
  johnsUserServer: client(17, 'EDIT-7', { userId: john.id, kind: 'user-server', machine: 'key of 16' }),
  johnsBrowser: client(18, 'Firefox', { userId: john.id, kind: 'browser' }),
  mias: client(19, 'studio', { userId: mia.id }),
  /** Another computer with the same name. */
  miasOther: client(20, 'studio', { userId: mia.id }),
  sams: client(21, 'old', { userId: sam.id }),
  server: client(22, 'nas', { kind: 'server', siteCode: 'berlin' }),
}

function share(number: number, code: string, kind: DirectoryShare['kind'], folders: DirectoryShare['folders']) {
  return { id: id(number) as ShareId, code, kind, siteCode: 'hq', folders }
}

export const shares = {
  projects: share(32, 'projects', 'volume', {
    server: '/srv/projects/',
    windows: 'P:/projects',
    linux: '/mnt/projects',
    mac: '/Volumes/projects',
  }),
  /** Its folder begins like that of another and is longer. */
  film: share(33, 'thefilm', 'folder', { server: '/srv/projects/film', mac: '/Volumes/projects/film' }),
  nas: share(34, 'nas', 'volume', { server: '\\\\nas\\media', mac: '/Volumes/media' }),
  /** Has the folder of another on workstations. */
  footage: share(35, 'footage', 'volume', { server: 'D:\\Media', mac: '/Volumes/media' }),
  best: share(36, 'best', 'collection', { server: '/srv/best' }),
  johnsHome: share(37, john.email, 'home', { server: '/srv/homes/john' }),
  miasHome: share(38, mia.email, 'home', { server: '/srv/homes/mia' }),
  berlin: { ...share(39, 'archive', 'volume', { server: '/Volumes/NAS' }), siteCode: 'berlin' },
  locked: share(40, 'locked', 'volume', { server: '/srv/locked' }),
  whole: share(41, 'whole', 'volume', { server: '/' }),
}

const homes: Readonly<Record<string, DirectoryShare>> = { [john.id]: shares.johnsHome, [mia.id]: shares.miasHome }
const users = [john, mia, sam, lisa]

export interface DirectoryOptions {
  readonly caller?: DirectoryUser
  readonly client?: DirectoryClient
  readonly shares?: readonly DirectoryShare[]
  readonly hasDefaultVolume?: boolean
}

/** A workspace of a few people, machines and shares; standard people have their home and what is called best. */
export function tableDirectory(options: DirectoryOptions = {}): Directory {
  const caller = options.caller ?? john
  const all = options.shares ?? Object.values(shares)
  const own = options.client
  return {
    caller: { user: caller, ...(own && { client: own }) },
    workspace: { id: id(99) as WorkspaceId, code: 'myworkspace' },
    mainSite: 'hq',
    hasSite: (code) => code === 'hq' || code === 'berlin',
    userByEmail: (email) => users.find((each) => each.email === email.toLowerCase()),
    userById: (userId) => users.find((each) => each.id === userId),
    clientById: (clientId) => Object.values(clients).find((each) => each.id === clientId),
    clientsOf: (userId) => Object.values(clients).filter((each) => each.userId === userId),
    shareByCode: (code) => all.find((each) => each.code === code),
    shareById: (shareId) => all.find((each) => each.id === shareId),
    homeOf: (userId) => homes[userId],
    defaultVolume: () => (options.hasDefaultVolume === false ? undefined : shares.projects),
    volumesOf: (siteCode) => indexVolumes(all.filter((each) => each.siteCode === siteCode)),
    rightsTo: (each) => {
      const isFree = caller.role !== 'standard' || each === homes[caller.id]
      return each === shares.locked
        ? { mayRead: false, mayWrite: false, maySeeName: false }
        : {
            mayRead: isFree || each === shares.best,
            mayWrite: isFree && each !== shares.best,
            maySeeName: isFree || each === shares.best,
          }
    },
    // Both sites have everything, but for one that Berlin has no copy of.
    isServedAt: (each, site) => each !== shares.whole || site === 'hq',
    mayNameMachine: ({ userId }) => caller.role !== 'standard' || userId === caller.id,
  }
}
