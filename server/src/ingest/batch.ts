// The rows of one request on their way from the receiver to the engine: encoded by table, faults noted. Used by pipeline.ts.
import type { Column } from '@conshelf/kql'
import type { Workspace } from '../catalog/types.ts'
import type { RefusedRow } from './commit/insert.ts'
import type { Delays } from './delays.ts'
import { errorColumns, errorRow, errorTable, type RejectedRecord } from './error-table.ts'
import type { FaultBudget } from './fault-budget.ts'
import { jsonText } from './json/exact.ts'
import type { IngestLimits } from './limits.ts'
import { isCapped } from './quota.ts'
import type { Arrival } from './rows/arrival.ts'
import { RowEncoder } from './rows/encode.ts'
import type { TablePlans } from './rows/plan.ts'
import { type Reserve, Segment } from './rows/segment.ts'
import {
  type Decoded,
  type IngestOutcome,
  type OverQuota,
  type Rejection,
  type TableRow,
  UnknownTable,
} from './types.ts'

export interface BatchOptions {
  readonly workspace: Workspace
  readonly receiver: string
  readonly arrival: Arrival
  readonly plans: TablePlans
  readonly reserve: Reserve
  readonly limits: IngestLimits
  readonly faultBudget: FaultBudget
  readonly delays: Delays
  /** The daily cap is reached: thrown at the first row of a table that it holds for. */
  readonly overQuota?: OverQuota
}

interface Postponed {
  readonly row: TableRow
  readonly index: number
}

type Fault = Omit<RejectedRecord, 'receiver'> & { readonly isStored?: true }

export class Batch {
  readonly #options: BatchOptions
  readonly #encoder: RowEncoder
  readonly #segments = new Map<string, Segment>()
  readonly #errors: Rejection[] = []
  /** Of the records at hand: those that are rejected, those that wait for columns, and the columns by table. */
  #faults: Fault[] = []
  #postponed: Postponed[] = []
  #columns = new Map<string, Column[]>()
  #records = 0
  #accepted = 0
  #rejected = 0
  #unwanted = 0
  /** Faults of the whole request, in the error table and not. */
  #noted = 0
  #unnoted = 0
  #unknownTables = 0

  constructor(options: BatchOptions) {
    this.#options = options
    this.#encoder = new RowEncoder(options.arrival)
  }

  async take(records: readonly Decoded[]): Promise<void> {
    const { plans, workspace } = this.#options
    for (const [table, segment] of this.#segments) segment.plan = plans.find(workspace, table) ?? segment.plan
    for (const record of records) {
      const index = this.#records++
      if ('rejected' in record) {
        if (record.unwanted) {
          this.#unwanted++
          continue
        }
        this.#faults.push({ table: '', index, reason: record.rejected, raw: record.raw ?? '' })
      } else this.#takeRow(record, index)
    }
    if (this.#postponed.length > 0) await this.#takePostponed()
    await this.#noteFaults()
  }

  /** After the last record: says in the error table how many more faults there were than it has. */
  async sumUpFaults(): Promise<void> {
    const { receiver, limits } = this.#options
    // A request of which nothing is noted is one of a flood, and the one before it said that there are more.
    if (this.#unnoted === 0 || this.#noted === 0) return
    const reason = `${this.#unnoted} more records of the request had faults, which are not listed one by one`
    const row = errorRow({ receiver, table: '', index: this.#records, reason, raw: '' }, limits.rawRecordLength)
    this.#encoder.write(row, this.#records, await this.#errorSegment())
  }

  /** Rows of every table that has some, those of the error table last. The batch starts anew after this. */
  release(): readonly Segment[] {
    const segments = [...this.#segments.values()].filter(({ rows }) => rows > 0)
    this.#segments.clear()
    return segments.sort((a, b) => Number(a.plan.table === errorTable) - Number(b.plan.table === errorTable))
  }

  /** Rows that the engine refused after they had been accepted. */
  async refuse(segment: Segment, rows: readonly RefusedRow[]): Promise<void> {
    this.#accepted -= rows.length
    for (const { row, reason, json } of rows) {
      const index = segment.indexes[row] ?? row
      this.#faults.push({ table: segment.plan.table, index, reason: `the engine refused it: ${reason}`, raw: json })
    }
    await this.#noteFaults()
  }

  outcome(): IngestOutcome {
    const errors = this.#errors.toSorted((a, b) => a.index - b.index)
    const unwanted = this.#unwanted > 0 ? { unwanted: this.#unwanted } : {}
    return { accepted: this.#accepted, rejected: this.#rejected, errors, ...unwanted }
  }

  /** A request all of whose records name tables that are not there is a mistake as a whole. */
  refuseUnknownTables(): void {
    const [first] = this.#errors
    if (first && this.#unknownTables === this.#records) throw new UnknownTable(first.reason)
  }

  #takeRow(row: TableRow, index: number): void {
    const segment = this.#segmentOf(row.table)
    if (!segment) {
      this.#unknownTables++
      this.#faults.push({ table: row.table, index, reason: this.#unknownTable(row.table), raw: rawOf(row) })
      return
    }
    const fault = this.#write(row, index, segment)
    if (fault === undefined && this.#options.delays.isDue()) {
      const millis = this.#encoder.delayMillis()
      if (millis !== undefined) this.#options.delays.add(millis)
    }
    if (fault === undefined) this.#accepted++
    else if ('leftOut' in fault) {
      this.#accepted++
      const reason = `stored without a value: ${fault.leftOut.join('; ')}`
      this.#faults.push({ table: row.table, index, reason, raw: rawOf(row), isStored: true })
    } else if ('reason' in fault) this.#faults.push({ table: row.table, index, reason: fault.reason, raw: rawOf(row) })
    else {
      this.#postponed.push({ row, index })
      const asked = this.#columns.get(row.table)
      if (asked) asked.push(...fault.columns)
      else this.#columns.set(row.table, [...fault.columns])
    }
  }

  /** Rows with columns that their tables lacked: once more, now that the columns are there or the tables known to be full. */
  async #takePostponed(): Promise<void> {
    const [rows, columns] = [this.#postponed, this.#columns]
    this.#postponed = []
    this.#columns = new Map()
    for (const [table, asked] of columns) {
      const segment = this.#segmentOf(table)
      // Of a name that several records bring, the first decides the type.
      const unique = new Map<string, Column>()
      for (const column of asked) if (!unique.has(column.name)) unique.set(column.name, column)
      if (segment) segment.plan = await this.#options.plans.grow(segment.plan, [...unique.values()])
    }
    for (const { row, index } of rows) this.#takeRow(row, index)
    if (this.#postponed.length === 0) return
    const names = [...this.#columns.values()].flatMap((asked) => asked.map(({ name }) => name))
    throw new Error(`the catalog did not make the columns ${names.join(', ')}`)
  }

  async #noteFaults(): Promise<void> {
    if (this.#faults.length === 0) return
    const { receiver, limits, faultBudget } = this.#options
    const segment = await this.#errorSegment()
    for (const fault of this.#faults) {
      const { index, reason, isStored } = fault
      if (!isStored) this.#rejected++
      if (!isStored && this.#errors.length < limits.listedErrors) this.#errors.push({ index, reason })
      if (this.#noted >= limits.notedErrors || !faultBudget.take()) {
        this.#unnoted++
        continue
      }
      this.#noted++
      this.#encoder.write(errorRow({ ...fault, receiver }, limits.rawRecordLength), index, segment)
    }
    this.#faults = []
  }

  /** A record nested beyond what the stack holds is no row. */
  #write(row: TableRow, index: number, segment: Segment): ReturnType<RowEncoder['write']> {
    try {
      return this.#encoder.write(row, index, segment)
    } catch (error) {
      if (error instanceof RangeError) return { reason: 'the record is nested too deep' }
      throw error
    }
  }

  #segmentOf(table: string): Segment | undefined {
    const known = this.#segments.get(table)
    if (known) return known
    const { plans, workspace, reserve, overQuota } = this.#options
    const plan = plans.find(workspace, table)
    if (!plan) return undefined
    if (overQuota && isCapped(plan)) throw overQuota
    const made = new Segment(plan, reserve)
    this.#segments.set(table, made)
    return made
  }

  async #errorSegment(): Promise<Segment> {
    const segment = this.#segmentOf(errorTable)
    if (!segment) throw new Error(`${errorTable} is no custom log`)
    const isComplete = errorColumns.every(({ name }) => segment.plan.columns.has(name))
    if (!isComplete) segment.plan = await this.#options.plans.grow(segment.plan, errorColumns)
    return segment
  }

  #unknownTable(table: string): string {
    const { plans, workspace } = this.#options
    const near = plans.nearest(workspace, table)
    if (near === table) return `'${table}' shows rows of another table and takes none itself`
    const hint = near === undefined ? '' : `; did you mean '${near}'?`
    return `there is no table '${table}'${hint || '; names of custom tables end in _CL'}`
  }
}

function rawOf(row: TableRow): string {
  if (row.raw !== undefined) return row.raw
  try {
    return jsonText(row.fields)
  } catch {
    return ''
  }
}
