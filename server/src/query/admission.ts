// How many queries run at once for each user; the others wait in a queue, in order, for so long.
// https://learn.microsoft.com/azure/azure-monitor/fundamentals/service-limits (concurrent queries)
import { ServerError } from '../core/errors.ts'
import type { Limits } from '../core/limits.ts'

interface Waiting {
  readonly admit: () => void
}

interface Lane {
  running: number
  readonly waiting: Waiting[]
}

export class Admission {
  readonly #limits: Limits['queries']
  readonly #lanes = new Map<string, Lane>()

  constructor(limits: Limits['queries']) {
    this.#limits = limits
  }

  /** Resolves when the user's query may run; call what it gives once the query ended. Throws throttled or queryCancelled. */
  async enter(user: string, signal?: AbortSignal): Promise<() => void> {
    if (signal?.aborted) throw new ServerError('queryCancelled')
    const lane = this.#lane(user)
    if (lane.running < this.#limits.perUser) lane.running += 1
    else await this.#wait(lane, signal)
    return this.#leaveOnce(user, lane)
  }

  get running(): number {
    return sum(this.#lanes, (lane) => lane.running)
  }

  get queued(): number {
    return sum(this.#lanes, (lane) => lane.waiting.length)
  }

  #lane(user: string): Lane {
    const known = this.#lanes.get(user)
    if (known) return known
    const lane: Lane = { running: 0, waiting: [] }
    this.#lanes.set(user, lane)
    return lane
  }

  #wait(lane: Lane, signal: AbortSignal | undefined): Promise<void> {
    const { queuedPerUser, queueMillis, perUser } = this.#limits
    if (lane.waiting.length >= queuedPerUser) {
      throw new ServerError('throttled', { reason: `${perUser} are running and ${queuedPerUser} are waiting` })
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const entry: Waiting = { admit: resolve }
    const giveUp = (error: ServerError) => {
      const place = lane.waiting.indexOf(entry)
      if (place < 0) return
      lane.waiting.splice(place, 1)
      reject(error)
    }
    const timer = setTimeout(
      () => giveUp(new ServerError('throttled', { reason: `this one waited ${queueMillis / 1000} seconds` })),
      queueMillis,
    )
    const onAbort = () => giveUp(new ServerError('queryCancelled'))
    signal?.addEventListener('abort', onAbort, { once: true })
    lane.waiting.push(entry)
    return promise.finally(() => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    })
  }

  #leaveOnce(user: string, lane: Lane): () => void {
    let left = false
    return () => {
      if (left) return
      left = true
      // The place passes straight to the next in line, so that `running` never dips in between.
      const next = lane.waiting.shift()
      if (next) return next.admit()
      lane.running -= 1
      if (lane.running === 0) this.#lanes.delete(user)
    }
  }
}

function sum(lanes: ReadonlyMap<string, Lane>, count: (lane: Lane) => number): number {
  return lanes.values().reduce((total, lane) => total + count(lane), 0)
}
