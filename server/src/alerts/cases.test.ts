// Evaluation, states and schedule of alert rules: the tables in cases/.
import { readFileSync } from 'node:fs'
import type { Cell, Column } from '@conshelf/kql'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { ticksOf } from '../core/clock.ts'
import { formatInstant } from '../core/time-range.ts'
import { type SeriesStates, step } from './alert-state.ts'
import { evaluate, type Outcome, type Series } from './evaluate.ts'
import { type Condition, minute } from './rule.ts'
import { due } from './schedule.ts'

const casesOf = <T>(name: string): readonly (T & { readonly name: string })[] =>
  parse(readFileSync(new URL(`cases/${name}.yaml`, import.meta.url), 'utf8'))

interface EvaluateCase {
  readonly when: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
  readonly by?: readonly string[]
  readonly resource?: string
  readonly types?: readonly string[]
  readonly windows?: readonly [number, number]
  readonly override?: boolean
  readonly known?: readonly Readonly<Record<string, string>>[]
  readonly gives?: readonly unknown[] | Readonly<Record<string, unknown>>
  readonly fails?: string
}

const end = ticksOf(Date.UTC(2026, 4, 1, 12))
const types: Readonly<Record<string, Column['type']>> = { TimeGenerated: 'datetime', V: 'real' }
const signs = {
  '>': 'GreaterThan',
  '>=': 'GreaterThanOrEqual',
  '<': 'LessThan',
  '<=': 'LessThanOrEqual',
  '=': 'Equals',
} as const

function conditionOf({ when, by = [], resource, windows: [periods, minFailing] = [1, 1] }: EvaluateCase): Condition {
  const words = when.split(' ')
  const [sign, threshold] = words.slice(-2) as [keyof typeof signs, string]
  return {
    query: '',
    aggregation: words[0] as Condition['aggregation'],
    ...(words.length === 4 ? { measure: words[1] as string } : {}),
    ...(resource === undefined ? {} : { resourceIdColumn: resource }),
    dimensions: by.map((text) => {
      const [name = '', ...values] = text.split(' ')
      const operator = values[0]?.startsWith('!') ? 'Exclude' : 'Include'
      return { name, operator, values: values.map((value) => value.replace(/^!/, '')) }
    }),
    operator: signs[sign],
    threshold: Number(threshold),
    periods,
    minFailing,
  }
}

const seriesText = ({ dimensions, target }: Series): string =>
  [...(target ? [`@${target.toLowerCase()}`] : []), ...dimensions.map(({ name, value }) => `${name}=${value}`)].join(
    ',',
  )

describe('evaluation', () => {
  test.each(casesOf<EvaluateCase>('evaluate'))('$name', (given) => {
    const { columns, rows, types: targetResourceTypes = [], override = false, known = [], gives, fails } = given
    const timed = (cell: Cell, at: number): Cell =>
      columns[at] === 'TimeGenerated' && typeof cell === 'number'
        ? formatInstant(end + BigInt(Math.round(cell * 600_000_000)))
        : cell
    const answer = {
      columns: columns.map((name) => ({ name, type: types[name] ?? ('string' as const) })),
      rows: rows.map((row) => row.map(timed)),
    }
    const window = 5n * 600_000_000n
    const judged = { condition: conditionOf(given), targetResourceTypes, end, window, readsMore: override }
    const open = known.map((one) => ({ dimensions: Object.entries(one).map(([name, value]) => ({ name, value })) }))
    const run = () => evaluate(judged, answer, open)
    if (fails !== undefined) return expect(run).toThrow(fails)
    const found = run().map((one) => [seriesText(one), [one.bins, one.value, one.isMet]] as const)
    expect(Object.fromEntries(found)).toEqual(Array.isArray(gives) ? { '': gives[0] } : gives)
  })
})

interface StateCase {
  /** Minutes. */
  readonly every: number
  readonly stateful?: boolean
  readonly mute?: number
  readonly runs: readonly string[]
  readonly gives: readonly string[]
}

const met = (key: string): Outcome => ({ key, dimensions: [], bins: [1], value: 1, isMet: true })

describe('states', () => {
  test.each(casesOf<StateCase>('states'))('$name', ({ every, stateful = true, mute, runs, gives }) => {
    const policy = { stateful, frequency: every * minute, ...(mute === undefined ? {} : { mute: mute * minute }) }
    let states: SeriesStates = {}
    const found = runs.map((keys, run) => {
      const after = step(policy, states, [...keys].map(met), run * every * minute, (key) => key)
      states = after.states
      const signs = after.transitions.map((one) =>
        one.do === 'resolve' ? `-${one.alert}` : `${one.isMuted ? '~' : '+'}${one.alert}`,
      )
      return signs.join(' ')
    })
    expect(found).toEqual(gives)
  })

  test('no more alerts than one run, and one rule, may have; the rest comes when there is room', () => {
    const policy = { stateful: true, frequency: minute }
    const all = Array.from({ length: 301 }, (_, n) => met(String(n)))
    const first = step(policy, {}, all, 0, (key) => key)
    expect([first.transitions.length, first.exceeded]).toEqual([300, 'Dimension limit exceeded'])
    const second = step(policy, first.states, all, minute, (key) => key)
    expect([second.transitions.length, second.exceeded]).toEqual([1, undefined])
    const open = Object.fromEntries(
      Array.from({ length: 4999 }, (_, n) => [`o${n}`, { dimensions: [], alert: `o${n}`, unmet: 0, lastMet: 0 }]),
    )
    const full = step(policy, open, all, minute, (key) => key)
    expect([full.transitions.length, full.exceeded]).toEqual([1, 'Active alerts limit exceeded'])
    const stateless = Array.from({ length: 6001 }, (_, n) => met(String(n)))
    const many = step({ stateful: false, frequency: minute }, {}, stateless, 0, (key) => key)
    expect([many.transitions.length, many.exceeded]).toEqual([6000, 'Dimension limit exceeded'])
  })
})

interface ScheduleCase {
  readonly every: number
  readonly since: number
  readonly last?: number
  readonly now: number
  readonly times: readonly number[]
  readonly skipped?: number
}

describe('schedule', () => {
  test.each(casesOf<ScheduleCase>('schedule'))('$name', ({ every, since, last, now, times, skipped = 0 }) => {
    const clockwork = { since: since * minute, ...(last === undefined ? {} : { lastRun: last * minute }) }
    const found = due(clockwork, every * minute, now * minute)
    expect({ times: found.times.map((time) => time / minute), skipped: found.skipped }).toEqual({ times, skipped })
  })
})
