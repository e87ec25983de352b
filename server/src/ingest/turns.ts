// Whose bytes are decoded next, when several requests have some. Requests that come together and take turns piece by piece
// would also end together, and the engine would wait for all of them; in the order of their coming one is stored while the
// next is decoded. What is large falls behind, level by level, so that small requests never wait for a huge one.

/** Bytes of a request that are decoded before others of the same level. */
export const levelBytes = 4_194_304

interface Waiting {
  readonly level: number
  readonly order: number
  readonly resume: () => void
}

export class Turns {
  #waiting: Waiting[] = []
  #lastOrder = 0
  #isScheduled = false

  /** The pieces of a body, each when it is its turn. Between two turns the event loop runs. */
  async *of(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const order = ++this.#lastOrder
    let size = 0
    for await (const piece of body) {
      await this.#turn(Math.floor(size / levelBytes), order)
      size += piece.length
      yield piece
    }
  }

  #turn(level: number, order: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting.push({ level, order, resume: resolve })
    this.#schedule()
    return promise
  }

  #schedule(): void {
    if (this.#isScheduled || this.#waiting.length === 0) return
    this.#isScheduled = true
    setImmediate(() => {
      this.#isScheduled = false
      const next = this.#waiting.reduce((first, other) => (isBefore(other, first) ? other : first))
      this.#waiting.splice(this.#waiting.indexOf(next), 1)
      next.resume()
      this.#schedule()
    })
  }
}

function isBefore(a: Waiting, b: Waiting): boolean {
  return a.level === b.level ? a.order < b.order : a.level < b.level
}
