type Defined<T> = { [Key in keyof T]: Exclude<T[Key], undefined> }

/** Drops fields that are there but undefined: contracts tell "absent" by absence alone. */
export function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Defined<T>
}
