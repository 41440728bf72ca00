/** A promise that is resolved from outside, once. */
export class Signal {
  readonly promise: Promise<void>
  #resolve: () => void = () => {}

  constructor() {
    this.promise = new Promise((resolve) => {
      this.#resolve = resolve
    })
  }

  fire(): void {
    this.#resolve()
  }
}
