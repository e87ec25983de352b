// How many bytes of rows wait for the engine, over all requests. The one brake of ingestion.
import { Overloaded } from '../types.ts'

export class Budget {
  readonly #limit: number
  #held = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  get held(): number {
    return this.#held
  }

  /** A share that one request fills and gives back as a whole. Throws Overloaded when nothing is left. */
  share(): Share {
    if (this.#held >= this.#limit) throw new Overloaded(retryAfterSeconds)
    let held = 0
    return {
      reserve: (bytes) => {
        // One request alone may go beyond: it could never be taken otherwise.
        if (this.#held + bytes > this.#limit && this.#held > held) throw new Overloaded(retryAfterSeconds)
        held += bytes
        this.#held += bytes
      },
      release: () => {
        this.#held -= held
        held = 0
      },
    }
  }
}

/** Blocks of a few seconds' worth of inserts are gone by then. */
const retryAfterSeconds = 2

export interface Share {
  reserve(bytes: number): void
  release(): void
}
