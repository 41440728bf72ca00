const pageSize = 500

export interface CursorPage<Item> {
  readonly items: readonly Item[]
  readonly nextCursor: string | undefined
  readonly total: number
}

/**
 * A list that the workspace gives by cursor, read by offset: pages up to the one that is asked for are fetched once and
 * kept, so scrolling costs one call a page.
 */
export class CursorWindow<Item> {
  readonly #fetch: (cursor: string | undefined, limit: number) => Promise<CursorPage<Item>>
  readonly #items: Item[] = []
  #cursor: string | undefined
  #isWhole = false
  #total = 0
  #loading: Promise<void> = Promise.resolve()

  constructor(fetch: (cursor: string | undefined, limit: number) => Promise<CursorPage<Item>>) {
    this.#fetch = fetch
  }

  async total(): Promise<number> {
    await this.#fill(1)
    return this.#total
  }

  async at(index: number): Promise<Item | undefined> {
    await this.#fill(index + 1)
    return this.#items[index]
  }

  async slice(offset: number, limit: number): Promise<{ rows: readonly Item[]; total: number }> {
    await this.#fill(offset + limit)
    return { rows: this.#items.slice(offset, offset + limit), total: this.#total }
  }

  #fill(count: number): Promise<void> {
    const load = async () => {
      while (this.#items.length < count && !this.#isWhole) {
        const page = await this.#fetch(this.#cursor, pageSize)
        this.#items.push(...page.items)
        this.#cursor = page.nextCursor
        this.#isWhole = page.nextCursor === undefined
        this.#total = page.total
      }
    }
    // Two readers must not fetch the same page.
    const loaded = this.#loading.then(load)
    this.#loading = loaded.catch(() => undefined)
    return loaded
  }
}
