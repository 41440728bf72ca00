import { readFileSync, statSync } from 'node:fs'

/** More accounts than any one machine's own files hold. */
const maxFileBytes = 16 * 1024 * 1024

/** The users or the groups of this system, as its own files name them; those of a directory service have numbers only. */
export class PrincipalNames {
  readonly #nameOf = new Map<number, string>()
  readonly #idOf = new Map<string, number>()

  /** `text`: lines of `name:password:id:…`, as /etc/passwd and /etc/group have them. Of doubles the first counts. */
  constructor(text: string) {
    for (const line of text.split('\n')) {
      const [name = '', , number = ''] = line.split(':')
      if (name === '' || name.startsWith('#') || !/^\d{1,10}$/.test(number)) continue
      const id = Number(number)
      if (!this.#nameOf.has(id)) this.#nameOf.set(id, name)
      if (!this.#idOf.has(name)) this.#idOf.set(name, id)
    }
  }

  /** Empty: no name is known. */
  nameOf(id: number): string {
    return this.#nameOf.get(id) ?? ''
  }

  /** By name first, then by number, as rsync does it. */
  idHere({ id, name }: { readonly id: number; readonly name: string }): number {
    return (name === '' ? undefined : this.#idOf.get(name)) ?? id
  }
}

export function systemUsers(): PrincipalNames {
  return new PrincipalNames(readBounded('/etc/passwd'))
}

export function systemGroups(): PrincipalNames {
  return new PrincipalNames(readBounded('/etc/group'))
}

/** Nothing where there is no such file: then numbers count. */
function readBounded(path: string): string {
  try {
    return statSync(path).size > maxFileBytes ? '' : readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
