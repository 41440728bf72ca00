/** A selection over a list in its shown order; `cursor` is the row the keys act from, `anchor` where a range began. */
export interface Selection<Key extends string> {
  readonly keys: ReadonlySet<Key>
  readonly cursor: Key | undefined
  readonly anchor: Key | undefined
}

export function emptySelection<Key extends string>(): Selection<Key> {
  return { keys: new Set(), cursor: undefined, anchor: undefined }
}

export function selectOne<Key extends string>(key: Key): Selection<Key> {
  return { keys: new Set([key]), cursor: key, anchor: key }
}

/** Everything between the anchor and `key`, in the shown order. */
export function extendTo<Key extends string>(
  selection: Selection<Key>,
  order: readonly Key[],
  key: Key,
): Selection<Key> {
  const anchor = selection.anchor ?? selection.cursor ?? key
  const from = order.indexOf(anchor)
  const to = order.indexOf(key)
  if (from === -1 || to === -1) return selectOne(key)
  return { keys: new Set(order.slice(Math.min(from, to), Math.max(from, to) + 1)), cursor: key, anchor }
}

export function toggle<Key extends string>(selection: Selection<Key>, key: Key): Selection<Key> {
  const keys = new Set(selection.keys)
  if (!keys.delete(key)) keys.add(key)
  return { keys, cursor: key, anchor: key }
}

export function selectAll<Key extends string>(selection: Selection<Key>, order: readonly Key[]): Selection<Key> {
  return { keys: new Set(order), cursor: selection.cursor ?? order[0], anchor: selection.anchor ?? order[0] }
}

export type Step = 'up' | 'down' | 'page-up' | 'page-down' | 'first' | 'last'

/** The key one step away from the cursor; the first row when there is no cursor yet. */
export function stepFrom<Key extends string>(
  cursor: Key | undefined,
  order: readonly Key[],
  step: Step,
  pageRows: number,
): Key | undefined {
  if (order.length === 0) return undefined
  const at = cursor === undefined ? -1 : order.indexOf(cursor)
  if (at === -1) return step === 'up' || step === 'last' ? order.at(-1) : order[0]
  const last = order.length - 1
  const targets = {
    up: at - 1,
    down: at + 1,
    'page-up': at - pageRows,
    'page-down': at + pageRows,
    first: 0,
    last,
  } satisfies Record<Step, number>
  return order[Math.min(last, Math.max(0, targets[step]))]
}

/** Keys that are gone leave the selection; a lost cursor goes to the row that took its place. */
export function withoutGone<Key extends string>(
  selection: Selection<Key>,
  before: readonly Key[],
  after: readonly Key[],
): Selection<Key> {
  const present = new Set(after)
  const isWhole =
    (selection.cursor === undefined || present.has(selection.cursor)) &&
    [...selection.keys].every((key) => present.has(key))
  if (isWhole) return selection
  const keys = new Set([...selection.keys].filter((key) => present.has(key)))
  const cursor = survivor(selection.cursor, before, after, present)
  if (keys.size === 0 && cursor !== undefined && selection.keys.size > 0) return selectOne(cursor)
  const anchor = selection.anchor !== undefined && present.has(selection.anchor) ? selection.anchor : cursor
  return { keys, cursor, anchor }
}

function survivor<Key extends string>(
  cursor: Key | undefined,
  before: readonly Key[],
  after: readonly Key[],
  present: ReadonlySet<Key>,
): Key | undefined {
  if (cursor === undefined || present.has(cursor)) return cursor
  const at = before.indexOf(cursor)
  return before.slice(at + 1).find((key) => present.has(key)) ?? after.at(-1)
}
