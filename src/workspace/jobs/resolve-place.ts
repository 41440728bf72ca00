import type { SqliteDatabase } from '../../platform/sqlite.ts'
import type { ShareId, UserId } from '../../shared/domain/ids.ts'
import type {
  Directory,
  DirectoryClient,
  DirectoryShare,
  DirectoryUser,
} from '../../shared/domain/meaning/directory.ts'
import { ownHome as homeOfCaller, type MeantEnd } from '../../shared/domain/meaning/ends.ts'
import { partyOfCode } from '../../shared/domain/meaning/parties.ts'
import { indexVolumes } from '../../shared/domain/meaning/volumes.ts'
import type { PartyReference } from '../../shared/domain/notation/place.ts'
import type { Caller } from '../access/caller.ts'
import { mayNameMachine } from '../access/rights.ts'
import { ShareAccess } from '../access/share-access-of.ts'
import { type ClientRow, clientById, clientsOfUser, type UserRow, userByEmail, userById } from '../store/people.ts'
import {
  defaultShare,
  homeOf,
  mainSite,
  type ShareRow,
  shareByCode,
  shareById,
  siteByCode,
  workspaceOf,
} from '../store/places.ts'
import { serversOfShare, sharesAtSite } from '../store/share-places.ts'

export type ResolvedEnd = MeantEnd

export interface ResolveScope {
  readonly database: SqliteDatabase
  readonly caller: Caller
  /** Many tasks of one call name the same few parties and shares. */
  readonly memory: Map<string, unknown>
  /** Whose rights to shares count where those of the caller do not: who asked them for files. */
  readonly sharesAs?: UserRow
}

/** What a word in the party's position is, for the notation's parser. */
export function codeResolver(database: SqliteDatabase): (code: string) => PartyReference | undefined {
  const workspace = workspaceOf(database)
  const directory = {
    workspace,
    hasSite: (code: string) => siteByCode(database, code) !== undefined,
    userById: (id: string) => directoryUser(userById(database, id)),
    clientById: (id: string) => asClient(clientById(database, id)),
  }
  return (code) => partyOfCode(directory, code)
}

/** The database as what decides about places asks it; each question goes to the database once. */
export function directoryOf(scope: ResolveScope): Directory {
  return remembered(scope, 'directory', () => new DatabaseDirectory(scope))
}

/** @throws TernError NOT_FOUND when the caller has no home */
export function ownHome(scope: ResolveScope): DirectoryShare {
  return homeOfCaller(directoryOf(scope))
}

function remembered<T>({ memory }: ResolveScope, key: string, find: () => T): T {
  if (!memory.has(key)) memory.set(key, find())
  return memory.get(key) as T
}

class DatabaseDirectory implements Directory {
  readonly caller: Directory['caller']
  readonly workspace: Directory['workspace']
  readonly mainSite = mainSite
  readonly #scope: ResolveScope
  /** Of each share that was answered, so that rights are decided on the row. */
  readonly #rows = new Map<ShareId, ShareRow>()

  constructor(scope: ResolveScope) {
    const client = asClient(scope.caller.client)
    this.#scope = scope
    this.caller = { user: directoryUser(scope.caller.user), ...(client && { client }) }
    this.workspace = workspaceOf(scope.database)
  }

  hasSite(code: string): boolean {
    return this.#once(`site ${code}`, (database) => siteByCode(database, code) !== undefined)
  }

  userByEmail(email: string): DirectoryUser | undefined {
    return this.#once(`email ${email}`, (database) => directoryUser(userByEmail(database, email)))
  }

  userById(id: string): DirectoryUser | undefined {
    return this.#once(`user ${id}`, (database) => directoryUser(userById(database, id)))
  }

  clientById(id: string): DirectoryClient | undefined {
    return this.#once(`client ${id}`, (database) => asClient(clientById(database, id)))
  }

  clientsOf(userId: UserId): readonly DirectoryClient[] {
    return this.#once(`clients ${userId}`, (database) =>
      clientsOfUser(database, userId).map((client) => asClient(client)),
    )
  }

  shareByCode(code: string): DirectoryShare | undefined {
    return this.#once(`code ${code}`, (database) => this.#share(shareByCode(database, code)))
  }

  shareById(id: string): DirectoryShare | undefined {
    return this.#once(`share ${id}`, (database) => this.#share(shareById(database, id)))
  }

  homeOf(userId: UserId): DirectoryShare | undefined {
    return this.#once(`home ${userId}`, (database) => this.#share(homeOf(database, userId)))
  }

  defaultVolume(): DirectoryShare | undefined {
    return this.#once('default volume', (database) => this.#share(defaultShare(database)))
  }

  volumesOf(siteCode: string): ReturnType<Directory['volumesOf']> {
    return this.#once(`volumes ${siteCode}`, (database) =>
      indexVolumes(sharesAtSite(database, siteCode).map(({ share, folder }) => this.#shareIn(share, folder))),
    )
  }

  isServedAt(share: DirectoryShare, siteCode: string): boolean {
    return this.#once(`served ${share.id} ${siteCode}`, (database) => {
      const row = this.#rows.get(share.id)
      return row !== undefined && serversOfShare(database, row).some((server) => server.site_code === siteCode)
    })
  }

  rightsTo(share: DirectoryShare, path: string, siteCode = share.siteCode): ReturnType<Directory['rightsTo']> {
    const row = this.#rows.get(share.id)
    if (row === undefined) return { mayRead: false, mayWrite: false, maySeeName: false }
    const { database, sharesAs, caller } = this.#scope
    return remembered(this.#scope, 'access', () => new ShareAccess(database, sharesAs ?? caller.user)).at(
      row,
      path,
      siteCode,
    )
  }

  mayNameMachine({ userId }: DirectoryClient): boolean {
    return mayNameMachine(this.#scope.caller.user, { user_id: userId ?? null })
  }

  #share(row: ShareRow | undefined): DirectoryShare | undefined {
    return row && this.#shareIn(row, row.path)
  }

  #shareIn(row: ShareRow, folder: string): DirectoryShare {
    this.#rows.set(row.id, row)
    const { path_windows: windows, path_linux: linux, path_mac: mac } = row
    return {
      id: row.id,
      code: row.code,
      kind: row.kind,
      siteCode: row.site_code,
      folders: {
        server: folder,
        ...(windows !== null && { windows }),
        ...(linux !== null && { linux }),
        ...(mac !== null && { mac }),
      },
    }
  }

  #once<T>(key: string, find: (database: SqliteDatabase) => T): T {
    return remembered(this.#scope, key, () => find(this.#scope.database))
  }
}

export function directoryUser<Row extends UserRow | undefined>(row: Row): DirectoryUser | Extract<Row, undefined>
export function directoryUser(row: UserRow | undefined): DirectoryUser | undefined {
  return row && { id: row.id, email: row.email, role: row.role, isDisabled: row.status === 'disabled' }
}

function asClient<Row extends ClientRow | undefined>(row: Row): DirectoryClient | Extract<Row, undefined>
function asClient(row: ClientRow | undefined): DirectoryClient | undefined {
  if (row === undefined) return undefined
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    machine: row.key_hash,
    ...(row.user_id !== null && { userId: row.user_id }),
    ...(row.site_code !== null && { siteCode: row.site_code }),
  }
}
