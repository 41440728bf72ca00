/**
 * What the receiver does with a list, item by item and in order, where an item may have to wait for the survey of its
 * names. How much can wait is bounded by the window of the list.
 */
export class HeldSteps {
  readonly #awaited = new Set<number>()
  readonly #held: { readonly item: number; readonly step: () => Promise<void> }[] = []

  /** From now on the steps of this item wait, and all that come after them. */
  hold(item: number): void {
    this.#awaited.add(item)
  }

  /** False: nobody waits for it. */
  isHeld(item: number): boolean {
    return this.#awaited.has(item)
  }

  /** At once, or when those before it have been taken. */
  async take(item: number, step: () => Promise<void>): Promise<void> {
    if (this.#held.length === 0 && !this.#awaited.has(item)) return step()
    this.#held.push({ item, step })
  }

  /** Goes on with all that waited for this item alone. */
  async release(item: number): Promise<void> {
    this.#awaited.delete(item)
    for (let next = this.#held[0]; next && !this.#awaited.has(next.item); next = this.#held[0]) {
      this.#held.shift()
      await next.step()
    }
  }
}
