const immediately = setImmediate

interface Event {
  readonly atMs: number
  readonly order: number
  readonly work: () => void
}

/** Everything that happens later in a schedule, in virtual time: one at a time, each followed by all it leads to. */
export class Events {
  nowMs = 1000
  happened = 0
  #order = 0
  #queue: Event[] = []

  /** Returns a way to take it back. */
  after(delayMs: number, work: () => void): () => void {
    this.#order += 1
    const event: Event = { atMs: this.nowMs + Math.max(0, delayMs), order: this.#order, work }
    let index = this.#queue.length
    while (index > 0 && (this.#queue[index - 1] as Event).atMs > event.atMs) index -= 1
    this.#queue.splice(index, 0, event)
    return () => {
      this.#queue = this.#queue.filter((one) => one !== event)
    }
  }

  get isEmpty(): boolean {
    return this.#queue.length === 0
  }

  /** Lets everything happen until this is true. Fails when nothing is left to happen, or far too much does. */
  async until(isOver: () => boolean, maxEvents: number): Promise<void> {
    await settled()
    for (let count = 0; !isOver(); count += 1) {
      const event = this.#queue.shift()
      if (!event) throw new Error('everything waits for something that never happens')
      if (count > maxEvents) throw new Error(`no end after ${maxEvents} events`)
      this.nowMs = Math.max(this.nowMs, event.atMs)
      this.happened += 1
      event.work()
      await settled()
    }
  }

  /** Whatever is still to come belongs to those who are gone. */
  forget(): void {
    this.#queue = []
  }
}

/** All that follows without waiting for anything. */
function settled(): Promise<void> {
  return new Promise((resolve) => immediately(resolve))
}
