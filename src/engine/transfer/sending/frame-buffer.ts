/** A buffer that grows to the largest frame it was asked for. */
export class FrameBuffer {
  #buffer = Buffer.alloc(0)

  ofSize(bytes: number): Buffer {
    if (this.#buffer.length < bytes) this.#buffer = Buffer.allocUnsafe(bytes)
    return this.#buffer
  }
}
