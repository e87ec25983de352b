// One row of a receiver -> one line of NDJSON in its segment: conversion, standard columns, times. The hot path.
// https://learn.microsoft.com/azure/azure-monitor/logs/log-standard-columns
import { type Column, nearest } from '@conshelf/kql'
import { additionalFields } from '../../catalog/types.ts'
import { jsonText, parseExact } from '../json/exact.ts'
import { isFields } from '../json/records.ts'
import type { Json, TableRow } from '../types.ts'
import type { Arrival } from './arrival.ts'
import { engineInstant } from './instant.ts'
import { newColumn, type TablePlan } from './plan.ts'
import type { Segment } from './segment.ts'

/** A row that has not been written: why, or which columns its table lacks. */
type Unwritten = { readonly reason: string } | { readonly columns: readonly Column[] }
/** What there is to say of a row; `leftOut`: it is written, but for these values. */
export type Remark = Unwritten | { readonly leftOut: readonly string[] }

type Fields = Record<string, Json | undefined>

export class RowEncoder {
  readonly #arrival: Arrival
  /** Names and values to replace in the row at hand, pairwise; applied when nothing is wrong with it. */
  readonly #names: string[] = []
  readonly #values: (Json | undefined)[] = []
  #overflow: Fields | undefined
  #leftOut: string[] = []
  #resource: string | undefined
  #resourceColumns = ''
  /** The time that the row at hand gives. */
  #own: string | undefined

  constructor(arrival: Arrival) {
    this.#arrival = arrival
  }

  /** Converts the row's fields in place and writes it; undefined when it is written as it is. */
  write(row: TableRow, index: number, segment: Segment): Remark | undefined {
    const { plan } = segment
    const fields = row.fields as Fields
    this.#names.length = 0
    this.#values.length = 0
    this.#overflow = undefined
    if (this.#leftOut.length > 0) this.#leftOut = []
    const fault = this.#convert(plan, row) ?? this.#time(plan, row)
    if (typeof fault === 'object') return fault
    for (let i = 0; i < this.#names.length; i++) fields[this.#names[i] as string] = this.#values[i]
    if (this.#overflow) addOverflow(fields, this.#overflow)
    const resource = this.#resourceOf(row.resourceId)
    const constants = this.#arrival.constants[plan.isBillable]
    segment.write(index, textOf(fields), (size) => {
      const columns = `${fault}${resource},"_BilledSize":${size + fault.length},${constants}}\n`
      return size > 2 ? columns : columns.slice(1)
    })
    return this.#leftOut.length > 0 ? { leftOut: this.#leftOut } : undefined
  }

  /** From the time that the row gives to its arrival; undefined: it gives none. */
  delayMillis(): number | undefined {
    return this.#own === undefined ? undefined : millisOf(this.#arrival.arrival) - millisOf(this.#own)
  }

  #convert(plan: TablePlan, row: TableRow): Unwritten | undefined {
    const fields = row.fields as Fields
    const missing: Column[] = []
    for (const name in fields) {
      const value = fields[name]
      if (value === undefined) continue
      if (value === null) {
        // The pipeline writes these columns itself, and a name stands in a row once.
        if (plan.columns.get(name)?.convert === undefined) this.#replace(name, undefined)
        continue
      }
      const column = plan.columns.get(name)
      if (column === undefined) {
        const fault = this.#unknown(plan, name, value, missing)
        if (fault && row.misfits !== 'leave out') return fault
        if (fault) this.#leaveOut(name, fault.reason)
        continue
      }
      const converted = column.convert === undefined ? undefined : column.convert(value)
      if (converted === value) continue
      this.#replace(name, converted)
      if (converted !== undefined || column.convert === undefined) continue
      const reason = mismatch(name, value, column.type)
      if (row.misfits !== 'leave out') return { reason }
      this.#leftOut.push(reason)
    }
    return missing.length > 0 ? { columns: missing } : undefined
  }

  #unknown(plan: TablePlan, name: string, value: Json, missing: Column[]): { readonly reason: string } | undefined {
    if (!plan.grows) return { reason: unknownField(plan, name) }
    if (plan.full) {
      this.#overflow ??= {}
      this.#overflow[name.replace(/_[sdbtg]$/, '')] = value
      this.#replace(name, undefined)
      return undefined
    }
    const column = newColumn(plan, name, value)
    if (!column) return { reason: `'${short(name)}' cannot name a column: letters, digits and _ can, 500 at most` }
    missing.push(column)
    return undefined
  }

  #leaveOut(name: string, reason: string): void {
    this.#replace(name, undefined)
    this.#leftOut.push(reason)
  }

  #replace(name: string, value: Json | undefined): void {
    this.#names.push(name)
    this.#values.push(value)
  }

  /** The time columns as JSON members, each with a comma before. */
  #time(plan: TablePlan, row: TableRow): string | Unwritten {
    const { arrival, earliest, latest, keepTime } = this.#arrival
    const said = row.time ?? timeField(row.fields[plan.timeColumn])
    const own = said === undefined ? undefined : engineInstant(said)
    this.#own = own
    if (said !== undefined && own === undefined) return { reason: mismatch(plan.timeColumn, said, 'datetime') }
    const days = plan.definition?.layout.retentionDays
    if (own !== undefined && keepTime && days !== undefined && own < this.#arrival.oldest(days))
      return { reason: tooOld(plan.table, own, days) }
    const isFar = own !== undefined && !keepTime && (own < earliest || own > latest)
    const time = own === undefined || isFar ? arrival : own
    const original = isFar ? own : row.originalTime && engineInstant(row.originalTime)
    const columns = plan.timeColumn === 'TimeGenerated' ? '' : `,"${plan.timeColumn}":"${time}"`
    return `,"TimeGenerated":"${time}"${columns}${original === undefined ? '' : `,"_OriginalTimeGenerated":"${original}"`}`
  }

  #resourceOf(id: string | undefined): string {
    if (id === undefined || id === '') return ''
    if (id !== this.#resource) {
      this.#resource = id
      this.#resourceColumns = resourceColumns(id)
    }
    return this.#resourceColumns
  }
}

function resourceColumns(id: string): string {
  const lower = id.toLowerCase()
  const subscription = /^\/subscriptions\/([^/]+)/.exec(lower)?.[1]
  const subscriptionColumn = subscription === undefined ? '' : `,"_SubscriptionId":${ascii(subscription)}`
  return `,"_ResourceId":${ascii(lower)}${subscriptionColumn}`
}

/** A JSON string of plain characters, whatever the text. */
function ascii(text: string): string {
  return JSON.stringify(text.toWellFormed()).replace(
    /[^ -~]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Of the engine's text, whose fractions go on to 100 ns. */
function millisOf(text: string): number {
  return Date.parse(`${text.slice(0, 10)}T${text.slice(11, 23)}Z`)
}

function timeField(value: Json | undefined): string | undefined {
  if (value === null || value === undefined || value === '') return undefined
  return typeof value === 'string' ? value : jsonText(value)
}

/** Beside what the row itself says there. */
function addOverflow(fields: Fields, overflow: Fields): void {
  const said = fields[additionalFields.name]
  const own = typeof said === 'string' ? parseExact(said) : undefined
  fields[additionalFields.name] = jsonText({ ...(isFields(own) ? own : {}), ...(overflow as Record<string, Json>) })
}

/** JSON whose strings are well-formed: a lone surrogate, which no UTF-8 text can hold, becomes U+FFFD. */
function textOf(fields: Fields): string {
  const text = jsonText(fields as Record<string, Json>)
  if (!text.includes('\\ud')) return text
  return text.replace(
    /(\\\\)|\\ud[89a-f][0-9a-f]{2}/g,
    (_escape, backslashes: string | undefined) => backslashes ?? '\ufffd',
  )
}

function tooOld(table: string, time: string, days: number): string {
  return `its time ${time.slice(0, 10)} is beyond the ${days} days that ${table} keeps rows; raise the table's retention first`
}

function unknownField(plan: TablePlan, name: string): string {
  const near = nearest(name, [...plan.columns.keys()])
  const hint = near === undefined ? '' : `; did you mean '${near}'?`
  return `the table ${plan.table} has no column '${short(name)}'${hint}`
}

function mismatch(name: string, value: Json, type: string): string {
  return `column '${short(name)}' is of type ${type}, the value is ${short(jsonText(value))}`
}

function short(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}
