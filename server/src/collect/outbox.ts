// Rows on their way to a server: packed, kept while it does not answer, in bounded memory. Each batch has a key, so a batch that
// was stored but not acknowledged is not stored twice.
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'

export interface Target {
  readonly url: string
  readonly token?: string
  readonly workspace?: string
}

export interface OutboxOptions {
  /** Of packed rows that wait. */
  readonly capacityBytes: number
  /** Of one request before it is packed. */
  readonly batchBytes: number
  readonly requestMillis: number
  readonly retry: { readonly firstMillis: number; readonly mostMillis: number }
}

export const defaultOutboxOptions: OutboxOptions = {
  capacityBytes: 32 * 1_048_576,
  batchBytes: 2 * 1_048_576,
  requestMillis: 60_000,
  retry: { firstMillis: 500, mostMillis: 30_000 },
}

/** What becomes of rows that are not delivered. */
export interface Losses {
  /** The server does not answer or cannot take more now; it is tried again. */
  readonly delayed: (reason: string) => void
  /** The buffer was full: the oldest rows of a table went. */
  readonly dropped: (table: string, rows: number) => void
  /** The server will not take them, whenever they are sent. */
  readonly refused: (table: string, rows: number, reason: string) => void
}

/** A body for one of the server's receivers. */
export interface Parcel {
  readonly path: string
  readonly parameters?: Readonly<Record<string, string>>
  /** What it is, in reports: the table. */
  readonly table: string
  readonly rows: number
  readonly text: string | Uint8Array
}

interface Batch {
  readonly path: string
  readonly table: string
  readonly key: string
  /** Its source waits while there is no room, so it is not dropped for others. */
  readonly isKept: boolean
  readonly rows: number
  readonly body: Buffer
  /** Told once it is stored, or given up. */
  readonly settled: () => void
}

export class Outbox {
  readonly #target: Target
  readonly #losses: Losses
  readonly #options: OutboxOptions
  readonly #waiting: Batch[] = []
  #bytes = 0
  #wake = Promise.withResolvers<void>()

  constructor(target: Target, losses: Losses, options: OutboxOptions = defaultOutboxOptions) {
    this.#target = target
    this.#losses = losses
    this.#options = options
  }

  get waitingBytes(): number {
    return this.#bytes
  }

  /** Whether a source that can wait should go on. */
  get hasRoom(): boolean {
    return this.#bytes < this.#options.capacityBytes / 2
  }

  /** Takes rows in; when the buffer is full, the oldest go. Resolves once these are stored or given up. */
  async put(table: string, rows: Iterable<object>): Promise<void> {
    const settled: Promise<void>[] = []
    let lines: string[] = []
    let size = 0
    const pack = () => {
      const parcel = { path: `/ingest/json/${table}`, table, rows: lines.length, text: lines.join('\n') }
      if (lines.length > 0) settled.push(this.#enqueue(parcel, false))
      lines = []
      size = 0
    }
    for (const row of rows) {
      const line = JSON.stringify(row)
      lines.push(line)
      size += line.length
      if (size >= this.#options.batchBytes) pack()
    }
    pack()
    await Promise.all(settled)
  }

  /** Takes a body of a source that heeds `hasRoom`. Resolves once it is stored or refused. */
  async keep(parcel: Parcel): Promise<void> {
    await this.#enqueue(parcel, true)
  }

  /** Sends until aborted. */
  async run(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.#wake.resolve(), { once: true })
    while (!signal.aborted) {
      const batch = this.#waiting[0]
      if (batch === undefined) {
        await this.#wake.promise
        this.#wake = Promise.withResolvers<void>()
      } else await this.#deliver(batch, signal)
    }
  }

  /** Until nothing waits, or `millis` have passed: what a collector does before it ends. */
  async drain(millis: number): Promise<void> {
    const signal = AbortSignal.timeout(millis)
    while (this.#waiting[0] !== undefined && !signal.aborted) await this.#deliver(this.#waiting[0], signal)
  }

  #enqueue({ path, parameters, table, rows, text }: Parcel, isKept: boolean): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const { workspace } = this.#target
    const query = new URLSearchParams({ ...(workspace !== undefined && { workspace }), ...parameters }).toString()
    const body = gzipSync(text, { level: 1 })
    const address = query === '' ? path : `${path}?${query}`
    this.#waiting.push({ path: address, table, key: randomUUID(), rows, body, isKept, settled: resolve })
    this.#bytes += body.length
    this.#makeRoom()
    this.#wake.resolve()
    return promise
  }

  /** The batch that is being sent stays, for it may be stored already, and so does the newest. */
  #makeRoom(): void {
    while (this.#bytes > this.#options.capacityBytes) {
      const oldest = this.#waiting.find(({ isKept }, index) => index > 0 && index < this.#waiting.length - 1 && !isKept)
      if (oldest === undefined) return
      this.#forget(oldest)
      this.#losses.dropped(oldest.table, oldest.rows)
    }
  }

  #forget(batch: Batch): void {
    const index = this.#waiting.indexOf(batch)
    if (index < 0) return
    this.#waiting.splice(index, 1)
    this.#bytes -= batch.body.length
    batch.settled()
  }

  /** Tries until it is stored or refused for good. */
  async #deliver(batch: Batch, signal: AbortSignal): Promise<void> {
    let wait = this.#options.retry.firstMillis
    while (!signal.aborted) {
      const outcome = await this.#send(batch, signal)
      if (outcome === 'stored' || signal.aborted) break
      if ('refused' in outcome) {
        this.#losses.refused(batch.table, outcome.rows, outcome.refused)
        break
      }
      this.#losses.delayed(outcome.delayed)
      await sleep(outcome.waitMillis ?? wait * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => {})
      wait = Math.min(wait * 2, this.#options.retry.mostMillis)
    }
    if (!signal.aborted) this.#forget(batch)
  }

  async #send({ path, key, rows, body }: Batch, signal: AbortSignal): Promise<Outcome> {
    const { url, token } = this.#target
    try {
      const answer = await fetch(url + path, {
        method: 'POST',
        body: new Uint8Array(body),
        headers: {
          'content-type': 'application/json',
          'content-encoding': 'gzip',
          'idempotency-key': key,
          'user-agent': 'conshelf-collect',
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
        },
        signal: AbortSignal.any([signal, AbortSignal.timeout(this.#options.requestMillis)]),
      })
      return outcomeOf(answer.status, Number(answer.headers.get('retry-after')), await answer.text(), rows)
    } catch (error) {
      return { delayed: `no answer from ${url}: ${reasonOf(error)}` }
    }
  }
}

type Outcome =
  | 'stored'
  | { readonly delayed: string; readonly waitMillis?: number }
  | { readonly refused: string; readonly rows: number }

/** Answers that a change of the server's settings can mend count as a delay: a wrong token, a workspace that is not made yet. */
const passing = new Set([401, 403, 404, 408, 425, 429])

function outcomeOf(status: number, retryAfter: number, text: string, rows: number): Outcome {
  if (status >= 200 && status < 300) return storedOrNot(text)
  const reason = `the server answered ${status}: ${text.slice(0, 300)}`
  const isPassing = status >= 500 || (passing.has(status) && !text.includes('"TableNotFound"'))
  if (!isPassing) return { refused: reason, rows }
  return { delayed: reason, ...(retryAfter > 0 && { waitMillis: retryAfter * 1000 }) }
}

function storedOrNot(text: string): Outcome {
  const { rejected = 0, errors } = JSON.parse(text) as { rejected?: number; errors?: readonly { reason?: string }[] }
  return rejected === 0 ? 'stored' : { refused: errors?.[0]?.reason ?? 'rejected', rows: rejected }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  if (cause instanceof Error && cause.message !== '') return cause.message
  if (cause instanceof Error && 'code' in cause) return String(cause.code)
  return error instanceof Error ? error.message : String(error)
}
