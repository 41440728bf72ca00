type Cleanup = () => void | Promise<void>

/**
 * The one way to clean up: register what must end where it is made; it ends in reverse order, once. A failing clean-up
 * does not keep the others from running; the first failure is thrown at the end.
 */
export class Disposer implements AsyncDisposable {
  #cleanups: Cleanup[] = []
  #disposed: Promise<void> | undefined

  add(cleanup: Cleanup): void {
    if (this.#disposed) void Promise.resolve(cleanup())
    else this.#cleanups.push(cleanup)
  }

  use<T extends AsyncDisposable | Disposable>(resource: T): T {
    this.add(
      () =>
        (Symbol.asyncDispose in resource
          ? resource[Symbol.asyncDispose]()
          : resource[Symbol.dispose]()) as void | Promise<void>,
    )
    return resource
  }

  dispose(): Promise<void> {
    this.#disposed ??= this.#run()
    return this.#disposed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose()
  }

  async #run(): Promise<void> {
    const failures: unknown[] = []
    for (const cleanup of this.#cleanups.splice(0).reverse()) {
      try {
        await cleanup()
      } catch (failure) {
        failures.push(failure)
      }
    }
    if (failures.length > 0) throw failures[0]
  }
}
