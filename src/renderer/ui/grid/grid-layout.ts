export interface GridSection<Key extends string> {
  readonly id: string
  readonly title: string
  /** Shown beside the title: the count of the whole, which may exceed the keys at hand. */
  readonly count: number
  readonly tone: 'yours' | 'plain'
  /** Sections of a single list have no header. */
  readonly hasHeader: boolean
  readonly keys: readonly Key[]
}

export type GridItem<Key extends string> =
  | { readonly kind: 'section'; readonly section: GridSection<Key> }
  | { readonly kind: 'row'; readonly key: Key; readonly section: GridSection<Key> }

export interface GridLayout<Key extends string> {
  readonly items: readonly GridItem<Key>[]
  /** All keys in the shown order. */
  readonly order: readonly Key[]
  readonly indexOf: ReadonlyMap<Key, number>
  readonly sections: readonly {
    readonly section: GridSection<Key>
    readonly firstIndex: number
    readonly itemCount: number
  }[]
}

/** Sections and rows as one flat list of fixed heights. */
export function layoutGrid<Key extends string>(sections: readonly GridSection<Key>[]): GridLayout<Key> {
  const items: GridItem<Key>[] = []
  const order: Key[] = []
  const indexOf = new Map<Key, number>()
  const spans: GridLayout<Key>['sections'][number][] = []
  for (const section of sections) {
    const firstIndex = items.length
    if (section.hasHeader) items.push({ kind: 'section', section })
    for (const key of section.keys) {
      indexOf.set(key, items.length)
      items.push({ kind: 'row', key, section })
      order.push(key)
    }
    spans.push({ section, firstIndex, itemCount: items.length - firstIndex })
  }
  return { items, order, indexOf, sections: spans }
}
