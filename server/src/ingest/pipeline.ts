// Ingestion as a whole: decode, encode, group commit, answer. Made by main.ts; surfaces and the demo call accept.
import type { Tables, Workspace } from '../catalog/types.ts'
import type { Clock } from '../core/clock.ts'
import { ServerError } from '../core/errors.ts'
import type { Ids } from '../core/ids.ts'
import type { Log } from '../core/log.ts'
import type { Engine } from '../engine/engine.ts'
import type { Store } from '../store/store.ts'
import { Batch } from './batch.ts'
import { Budget, type Share } from './commit/budget.ts'
import { createGroupCommit } from './commit/group-commit.ts'
import { createInserter, type RefusedRow } from './commit/insert.ts'
import { type BatchPlan, createBatchKeys } from './commit/keys.ts'
import { partsOf } from './commit/parts.ts'
import { errorTable } from './error-table.ts'
import { faultBudgets } from './fault-budget.ts'
import { defaultIngestLimits, type IngestLimits } from './limits.ts'
import { createMeter } from './metrics.ts'
import type { DailyQuota } from './quota.ts'
import { arrivalAt, arrivals } from './rows/arrival.ts'
import { TablePlans } from './rows/plan.ts'
import type { Segment } from './rows/segment.ts'
import type { DiagnosticSettings } from './rules/diagnostic-settings.ts'
import { Turns } from './turns.ts'
import {
  BodyTooLarge,
  type Decoded,
  type Ingest,
  type IngestObserver,
  type IngestOutcome,
  type IngestRequest,
  Overloaded,
  OverQuota,
  type RecordsRequest,
  type SettingQuestion,
  type TableRow,
} from './types.ts'

export interface IngestParts {
  readonly engine: Pick<Engine, 'insert' | 'query' | 'command'>
  readonly tables: Tables
  readonly store: Pick<Store, 'value' | 'apply'>
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  readonly limits?: Partial<IngestLimits>
  readonly settings?: Pick<DiagnosticSettings, 'answer'>
  readonly observer?: IngestObserver
  readonly quota?: DailyQuota
}

/** Where rows come from: a request, or the server itself. */
interface Source {
  readonly workspace: Workspace
  readonly receiver: string
  readonly keepTime: boolean
  readonly records: AsyncIterable<readonly Decoded[]>
  readonly key: string | undefined
  readonly everyError?: boolean | undefined
}

/** Name of the receiver in counters and error rows when the server writes itself. */
const ownReceiver = 'server'

export function createIngest(parts: IngestParts): Ingest {
  return new Pipeline(parts)
}

class Pipeline implements Ingest {
  readonly #limits: IngestLimits
  readonly #settings: IngestParts['settings']
  readonly #observer: IngestObserver | undefined
  readonly #quota: DailyQuota | undefined
  readonly #clock: Clock
  readonly #log: Log
  readonly #budget: Budget
  readonly #meter = createMeter()
  readonly #turns = new Turns()
  readonly #plans: TablePlans
  readonly #commit: ReturnType<typeof createGroupCommit>
  readonly #keys: ReturnType<typeof createBatchKeys>
  readonly #nextArrival: () => bigint
  readonly #faultBudgets: ReturnType<typeof faultBudgets>
  /** Requests under way, those with a key by it: the same key waits for the first. */
  readonly #running = new Set<Promise<unknown>>()
  readonly #keyed = new Map<string, Promise<IngestOutcome>>()
  #closing = false

  constructor({ engine, tables, store, clock, ids, log, limits, settings, observer, quota }: IngestParts) {
    this.#quota = quota
    this.#settings = settings
    this.#observer = observer
    this.#limits = { ...defaultIngestLimits, ...limits }
    this.#clock = clock
    this.#log = log
    this.#budget = new Budget(this.#limits.pendingBytes)
    this.#plans = new TablePlans(tables)
    const inserter = createInserter({ engine, attempts: this.#limits.insertAttempts, counters: this.#meter.inserts })
    this.#commit = createGroupCommit(inserter, clock, this.#limits)
    const tag = () => `ingest ${ids.guid()}`
    this.#keys = createBatchKeys({ store, engine, clock, keyMillis: this.#limits.keyMillis, tag })
    this.#nextArrival = arrivals(clock)
    this.#faultBudgets = faultBudgets(clock, this.#limits.notedErrorsPerMinute)
  }

  accept({ workspace, receiver, body, head, idempotencyKey, everyError }: IngestRequest): Promise<IngestOutcome> {
    const setting = (question: SettingQuestion) => this.#settings?.answer(workspace, question)
    const records = receiver.decode(
      this.#turns.of(this.#limited(body, this.#meter.receiver(workspace.id, receiver.name).counters)),
      { ...head, setting },
    )
    const keepTime = head.parameters.keepTime === 'true'
    const source = { workspace, receiver: receiver.name, keepTime, records, key: idempotencyKey, everyError }
    return this.#tracked(source)
  }

  acceptRecords({ workspace, receiver, records, bytes, idempotencyKey }: RecordsRequest): Promise<IngestOutcome> {
    this.#meter.receiver(workspace.id, receiver).counters.bytes += bytes
    return this.#tracked({ workspace, receiver, keepTime: false, records, key: idempotencyKey })
  }

  append(workspace: Workspace, rows: readonly TableRow[], key?: string): Promise<IngestOutcome> {
    const copies = rows.map((row) => ({ ...row, fields: { ...row.fields } }))
    const records = (async function* () {
      yield copies
    })()
    return this.#tracked({ workspace, receiver: ownReceiver, keepTime: true, records, key })
  }

  metrics() {
    return this.#meter.snapshot(this.#budget.held)
  }

  async close(): Promise<void> {
    this.#closing = true
    while (this.#running.size > 0) {
      await this.#commit.flush()
      await Promise.race([Promise.allSettled(this.#running), new Promise((resume) => setTimeout(resume, 10))])
    }
    await this.#commit.flush()
  }

  async #tracked(source: Source): Promise<IngestOutcome> {
    if (this.#closing) throw new ServerError('stopping')
    const { counters } = this.#meter.receiver(source.workspace.id, source.receiver)
    const started = this.#clock.now()
    counters.requests++
    const run = source.key === undefined ? this.#process(source, undefined) : this.#once(source, source.key)
    const settled = run.then(
      (outcome) => {
        counters.accepted += outcome.accepted
        counters.rejected += outcome.rejected
        counters.unwanted += outcome.unwanted ?? 0
        const [first] = outcome.errors
        if (first) this.#observer?.rejected(source.workspace, source.receiver, outcome.rejected, first.reason)
      },
      (error: unknown) => {
        counters.failedRequests++
        if (error instanceof OverQuota) this.#observer?.overQuota(source.workspace)
        else if (error instanceof Overloaded) this.#observer?.overloaded(source.workspace, source.receiver)
      },
    )
    this.#running.add(settled)
    try {
      return await run
    } finally {
      counters.latencyMillis += this.#clock.now() - started
      this.#running.delete(settled)
    }
  }

  /** The same key at the same time waits for the first; a key that was answered is answered again. */
  #once(source: Source, key: string): Promise<IngestOutcome> {
    const name = `${source.workspace.id} ${key}`
    const running = this.#keyed.get(name)
    if (running) return running
    const run = this.#keyedRun(source, key).finally(() => this.#keyed.delete(name))
    this.#keyed.set(name, run)
    return run
  }

  async #keyedRun(source: Source, key: string): Promise<IngestOutcome> {
    const state = await this.#keys.read(source.workspace, key)
    if (state.kind === 'answered') return state.outcome
    return this.#process(source, state.kind === 'planned' ? state.plan : undefined)
  }

  /** `interrupted`: what an earlier attempt with the same key had set out to store. */
  async #process(source: Source, interrupted: BatchPlan | undefined): Promise<IngestOutcome> {
    const share = this.#budget.share()
    try {
      return await this.#held(source, interrupted, share)
    } finally {
      share.release()
    }
  }

  async #held(source: Source, interrupted: BatchPlan | undefined, share: Share): Promise<IngestOutcome> {
    const { workspace, receiver, keepTime, records, key } = source
    const overQuota = receiver === ownReceiver ? undefined : await this.#quota?.refusal(workspace)
    const ticks = interrupted ? BigInt(interrupted.arrivalTicks) : this.#nextArrival()
    const arrival = arrivalAt(ticks, keepTime)
    const { reserve } = share
    const limits = source.everyError ? { ...this.#limits, listedErrors: Number.POSITIVE_INFINITY } : this.#limits
    const { delays } = this.#meter.receiver(workspace.id, receiver)
    const batch = new Batch({
      workspace,
      receiver,
      arrival,
      plans: this.#plans,
      reserve,
      limits,
      faultBudget: this.#faultBudgets(workspace.id, receiver),
      delays,
      ...(overQuota && { overQuota }),
    })
    for await (const decoded of records) await batch.take(decoded)
    await batch.sumUpFaults()
    batch.refuseUnknownTables()
    const segments = batch.release()
    for (const { plan } of segments) {
      await this.#plans.prepare(plan)
      if (plan.full) this.#observer?.full(workspace, plan.table)
    }
    const rows = Object.fromEntries(segments.map((segment) => [segment.plan.table, segment.rows]))
    const plan: BatchPlan = { arrivalTicks: String(ticks), arrival: arrival.arrival, rows }
    if (key !== undefined) await this.#keys.plan(workspace, key, plan)
    await this.#store(batch, segments, interrupted)
    for (const { plan, billedBytes } of segments)
      if (plan.isBillable === 'True') this.#quota?.add(workspace, billedBytes)
    const outcome = batch.outcome()
    if (key !== undefined) await this.#keys.answer(workspace, key, outcome)
    return outcome
  }

  async #store(batch: Batch, segments: readonly Segment[], interrupted: BatchPlan | undefined): Promise<void> {
    const results = await Promise.allSettled(segments.map((segment) => this.#storeSegment(segment, interrupted)))
    let refused = 0
    for (const [at, result] of results.entries()) {
      const segment = segments[at] as Segment
      if (result.status === 'rejected') {
        if (segment.plan.table !== errorTable) throw result.reason
        this.#log.warn({ err: result.reason }, 'rejected records could not be noted')
      } else if (result.value.length > 0) {
        refused += result.value.length
        await batch.refuse(segment, result.value)
      }
    }
    if (refused === 0) return
    this.#log.warn({ refused }, 'the engine refused rows that had passed all checks')
    for (const errors of batch.release()) await this.#storeSegment(errors, undefined)
  }

  async #storeSegment(segment: Segment, interrupted: BatchPlan | undefined): Promise<readonly RefusedRow[]> {
    const { workspace, table } = segment.plan
    if (interrupted && (await this.#keys.isStored(workspace, interrupted, table))) return []
    const name = { database: workspace.database, table }
    const stored = partsOf(segment, this.#limits.blockBytes).map(async ({ part, firstRow }) => {
      const refused = await this.#commit.store(name, part)
      return refused.map((one) => ({ ...one, row: one.row + firstRow }))
    })
    const settled = await Promise.allSettled(stored)
    return settled.flatMap((result) => {
      if (result.status === 'rejected') throw result.reason
      return result.value
    })
  }

  async *#limited(body: AsyncIterable<Uint8Array>, counters: { bytes: number }): AsyncGenerator<Uint8Array> {
    const limit = this.#limits.bodyBytes
    let size = 0
    for await (const chunk of body) {
      size += chunk.length
      if (size > limit) throw new BodyTooLarge(limit)
      counters.bytes += chunk.length
      yield chunk
    }
  }
}
