/*
 * Entities as the transfers document writes them in its answers: `user:<id>` for programs, and beside it, under the same
 * name with `_hr`, a twin for people.
 */

export interface NamedEntity {
  /** Left out where the attribute's own name says it, as in `job_hr`. */
  readonly type?: string
  /** Absent for what is known by its code alone. */
  readonly id?: string | undefined
  /** What people call it: an e-mail address, the code of a site, the name of a job. */
  readonly code: string
  /** What sort it is: the role of a user, the sort of a share, the type of a job. */
  readonly sort?: string | number
}

/** `user:6676f3e9c7ef4e27da254e57` */
export function entityReference({ type, id }: { readonly type: string; readonly id: string }): string {
  return `${type}:${id}`
}

/** `user:lisa@example.com[standard](6676f3e9c7ef4e27da254e57)`, without what is not given. */
export function readableEntity({ type, id, code, sort }: NamedEntity): string {
  return `${given('', type, ':')}${code}${given('[', sort, ']')}${given('(', id, ')')}`
}

function given(before: string, value: string | number | undefined, after: string): string {
  return value === undefined ? '' : `${before}${value}${after}`
}
