import type { Ownership, Principal } from '../../protocol/listing.ts'
import { type PrincipalNames, systemGroups, systemUsers } from './principals.ts'

/** Who owns the entries of one batch, each user and each group told once. */
export class OwnershipTable {
  readonly users: Principal[] = []
  readonly groups: Principal[] = []
  readonly userOf: number[] = []
  readonly groupOf: number[] = []
  readonly #names: OwnerNames
  readonly #userPlaces = new Map<number, number>()
  readonly #groupPlaces = new Map<number, number>()

  constructor(names: OwnerNames) {
    this.#names = names
  }

  add(uid: number, gid: number): void {
    this.userOf.push(placeOf(uid, this.#userPlaces, this.users, this.#names.users))
    this.groupOf.push(placeOf(gid, this.#groupPlaces, this.groups, this.#names.groups))
  }
}

/** What the accounts of this system are called; read once for each transfer that keeps owners or groups. */
export class OwnerNames {
  readonly users = systemUsers()
  readonly groups = systemGroups()

  /** This system's numbers for the owner of a listed entry. */
  ownerHere({ users, groups, userOf, groupOf }: Ownership, index: number): { uid?: number; gid?: number } {
    const user = users[userOf[index] ?? -1]
    const group = groups[groupOf[index] ?? -1]
    return {
      ...(user && { uid: this.users.idHere(user) }),
      ...(group && { gid: this.groups.idHere(group) }),
    }
  }
}

function placeOf(id: number, places: Map<number, number>, principals: Principal[], names: PrincipalNames): number {
  const known = places.get(id)
  if (known !== undefined) return known
  const place = principals.length
  principals.push({ id, name: names.nameOf(id) })
  places.set(id, place)
  return place
}
