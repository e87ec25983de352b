// The queries of the Kusto endpoints that run, and the last ones that ended: what `.show queries` lists and `.cancel query` ends.
import type { Clock } from '../../../core/clock.ts'
import { ServerError } from '../../../core/errors.ts'
import type { CallIds } from './call.ts'

export interface QueryRecord extends CallIds {
  readonly database: string
  /** Its beginning, if it is long. */
  readonly text: string
  readonly app: string
  readonly user: string
  readonly userId: string
  readonly startedAt: number
  readonly endedAt?: number
  readonly state: 'InProgress' | 'Completed' | 'Failed'
  readonly failure?: string
}

export type QueryStart = Omit<QueryRecord, 'startedAt' | 'endedAt' | 'state' | 'failure'>

interface Running {
  readonly record: QueryRecord
  readonly cancel: AbortController
}

const keptRecords = 200
const keptText = 8_192

export class RunningQueries {
  readonly #clock: Clock
  readonly #running = new Map<string, Running>()
  readonly #ended: QueryRecord[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The parts of a query as they come; `run` is given the signal that `.cancel query` raises. */
  async *watch<T>(
    start: QueryStart,
    run: (signal: AbortSignal) => AsyncIterable<T>,
  ): AsyncGenerator<T, void, undefined> {
    const cancel = new AbortController()
    const text = start.text.slice(0, keptText)
    const record: QueryRecord = { ...start, text, startedAt: this.#clock.now(), state: 'InProgress' }
    this.#running.set(start.activityId, { record, cancel })
    let failure: string | undefined = 'the client left before the answer was whole'
    try {
      yield* run(cancel.signal)
      failure = undefined
    } catch (error) {
      failure = error instanceof ServerError ? error.message : 'something went wrong on the server'
      throw error
    } finally {
      this.#running.delete(start.activityId)
      this.#keep(record, failure)
    }
  }

  #keep(record: QueryRecord, failure: string | undefined): void {
    const state = failure === undefined ? 'Completed' : 'Failed'
    const ended = {
      ...record,
      state,
      endedAt: this.#clock.now(),
      ...(failure === undefined ? {} : { failure }),
    } as const
    this.#ended.push(ended)
    if (this.#ended.length > keptRecords) this.#ended.shift()
  }

  running(): readonly QueryRecord[] {
    return [...this.#running.values()].map(({ record }) => record)
  }

  /** Newest last. */
  all(): readonly QueryRecord[] {
    return [...this.#ended, ...this.running()]
  }

  /** Ends the queries that the client gave this id; those that there were. */
  cancel(clientRequestId: string, may: (record: QueryRecord) => boolean): readonly QueryRecord[] {
    const found = [...this.#running.values()].filter(
      ({ record }) => record.clientRequestId === clientRequestId && may(record),
    )
    for (const { cancel } of found) cancel.abort(new ServerError('queryCancelled'))
    return found.map(({ record }) => record)
  }
}
