// What one query has used so far; statistics and audit row are made of it. Used by service.ts.
import type { Clock } from '../core/clock.ts'
import type { QueryStatistics } from '../engine/engine.ts'
import { Cap, type CapLimits } from './cap.ts'
import type { AnswerStatistics } from './types.ts'

export class Account {
  readonly #clock: Clock
  readonly #begun: number
  #cap: Cap | undefined
  #rowsRead = 0
  #bytesRead = 0

  constructor(clock: Clock) {
    this.#clock = clock
    this.#begun = clock.now()
  }

  readonly add = (statistics: QueryStatistics): void => {
    this.#rowsRead += statistics.rowsRead
    this.#bytesRead += statistics.bytesRead
  }

  /** What is sent is counted by the cap that bounds it. */
  beginAnswer(limits: CapLimits): Cap {
    this.#cap = new Cap(limits)
    return this.#cap
  }

  statistics(): AnswerStatistics {
    return {
      elapsedMillis: this.#clock.now() - this.#begun,
      rowsRead: this.#rowsRead,
      bytesRead: this.#bytesRead,
      tables: this.#cap?.tables ?? [],
    }
  }
}
