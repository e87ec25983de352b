// What one query has used so far; statistics and audit row are made of it. Used by service.ts.
import type { Clock } from '../core/clock.ts'
import { noUse, type QueryStatistics } from '../engine/engine.ts'
import { Cap, type CapLimits } from './cap.ts'
import type { AnswerStatistics } from './types.ts'

export class Account {
  readonly #clock: Clock
  readonly #begun: number
  #cap: Cap | undefined
  #used = noUse

  constructor(clock: Clock) {
    this.#clock = clock
    this.#begun = clock.now()
  }

  readonly add = (statistics: QueryStatistics): void => {
    const used = this.#used
    this.#used = {
      rowsRead: used.rowsRead + statistics.rowsRead,
      bytesRead: used.bytesRead + statistics.bytesRead,
      peakMemoryBytes: Math.max(used.peakMemoryBytes, statistics.peakMemoryBytes),
      userMillis: used.userMillis + statistics.userMillis,
      kernelMillis: used.kernelMillis + statistics.kernelMillis,
    }
  }

  /** What is sent is counted by the cap that bounds it. */
  beginAnswer(limits: CapLimits): Cap {
    this.#cap = new Cap(limits)
    return this.#cap
  }

  statistics(): AnswerStatistics {
    return {
      elapsedMillis: this.#clock.now() - this.#begun,
      ...this.#used,
      tables: this.#cap?.tables ?? [],
    }
  }
}
