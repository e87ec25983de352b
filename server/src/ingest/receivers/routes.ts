// Rows of one table that become rows of another, as content/kinds/route.ts declares it. Used by receivers of telemetry.

import { stepsOf } from '../../content/kinds/field-mapping.ts'
import { type RouteCondition, type RouteItem, type RouteSource, templateOf } from '../../content/kinds/route.ts'
import { jsonText, numberText } from '../json/exact.ts'
import { type Decoded, type Json, type JsonObject, MalformedBody, type TableRow } from '../types.ts'

/** All rows that a row becomes, itself among them unless a route takes its place. */
export type Router = (row: TableRow, out: TableRow[]) => void

type Reader = (row: JsonObject) => Json | undefined
type Test = (row: JsonObject) => boolean

interface Route {
  readonly to: string
  readonly instead: boolean
  readonly each: Reader | undefined
  readonly applies: Test
  readonly columns: readonly (readonly [string, Reader])[]
}

/**
 * Routers of a table by the sets of routes that hold: their names, `all` for every one, `none` for none. The last one is
 * kept, as most requests say the same.
 */
export function createRouters(items: () => readonly RouteItem[], from: string): (sets: string | undefined) => Router {
  let last: { readonly sets: string; readonly router: Router } | undefined
  return (sets = 'all') => {
    if (last?.sets === sets) return last.router
    const problem = unknownRoutes(items(), sets)
    if (problem !== undefined) throw new MalformedBody(problem)
    last = { sets, router: createRouter(items(), from, sets) }
    return last.router
  }
}

/** Says which name is none of a set. */
export function unknownRoutes(items: readonly RouteItem[], sets: string): string | undefined {
  const known = ['all', 'none', ...new Set(items.map(({ set }) => set))]
  const unknown = namesIn(sets).find((name) => !known.includes(name))
  return unknown === undefined ? undefined : `there are no routes '${unknown}'; there are ${known.join(', ')}`
}

function namesIn(sets: string): readonly string[] {
  return sets.split(/[\s,]+/).filter(Boolean)
}

export function createRouter(items: readonly RouteItem[], from: string, sets: string): Router {
  const names = new Set(namesIn(sets))
  const chosen = items.filter((item) => item.from === from && (names.has('all') || names.has(item.set)))
  const routes = chosen.map(routeOf)
  if (routes.length === 0) return (row, out) => out.push(row)
  return (row, out) => {
    const applying = routes.filter(({ each, applies }) => each || applies(row.fields))
    if (!applying.some(({ instead }) => instead)) out.push(row)
    for (const route of applying) {
      if (route.each) addElements(route, row, route.each(row.fields), out)
      else addRow(route, row, row.fields, row.time, out)
    }
  }
}

/** What rows of `from` become; others and rejected records stay as they are. */
export function routed(records: readonly Decoded[], from: string, router: Router): Decoded[] {
  const out: Decoded[] = []
  for (const record of records) {
    if ('rejected' in record || record.table !== from) out.push(record)
    else router(record, out as TableRow[])
  }
  return out
}

function routeOf({ to, instead = false, each, when = {}, columns }: RouteItem): Route {
  return {
    to,
    instead,
    each: each === undefined ? undefined : readerOf(each),
    applies: testOf(when),
    columns: Object.entries(columns).map(([name, source]) => [name, sourceOf(source)]),
  }
}

function addElements(route: Route, row: TableRow, elements: Json | undefined, out: TableRow[]): void {
  if (!Array.isArray(elements)) return
  for (const each of elements as readonly Json[]) {
    const fields = { ...row.fields, each }
    const time = stepInto(each, 'time')
    if (route.applies(fields)) addRow(route, row, fields, typeof time === 'string' ? time : row.time, out)
  }
}

function addRow(route: Route, row: TableRow, from: JsonObject, time: string | undefined, out: TableRow[]): void {
  const fields: Record<string, Json> = {}
  for (const [name, read] of route.columns) {
    const value = read(from)
    if (value !== undefined && value !== null) fields[name] = value
  }
  out.push({
    table: route.to,
    fields,
    misfits: 'leave out',
    ...(row.resourceId !== undefined && { resourceId: row.resourceId }),
    ...(time !== undefined && { time }),
  })
}

function sourceOf(source: RouteSource): Reader {
  if (Array.isArray(source)) return firstOf(source.map(sourceOf))
  if (typeof source === 'string') return source.startsWith('=') ? textReader(source.slice(1)) : readerOf(source)
  if ('members' in source) return objectReader(source)
  const applies = testOf(source.when)
  const read = sourceOf(source.value)
  return (row) => (applies(row) ? read(row) : undefined)
}

function firstOf(readers: readonly Reader[]): Reader {
  return (row) => {
    for (const read of readers) {
      const value = read(row)
      if (value !== undefined && value !== null && value !== '') return value
    }
    return undefined
  }
}

function readerOf(path: string): Reader {
  const [column = '', ...steps] = stepsOf(path) ?? []
  return (row) => {
    let value: Json | undefined = row[column]
    for (const step of steps) value = stepInto(value, step)
    return value
  }
}

function stepInto(value: Json | undefined, step: string): Json | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, step)
  return isObject ? (value as JsonObject)[step] : undefined
}

function textReader(text: string): Reader {
  const { pieces, paths } = templateOf(text) ?? { pieces: [text], paths: [] }
  if (paths.length === 0) return () => text
  const readers = paths.map(readerOf)
  return (row) => {
    let made = pieces[0] ?? ''
    for (const [i, read] of readers.entries()) {
      const value = textOf(read(row))
      if (value === '') return undefined
      made += value + (pieces[i + 1] ?? '')
    }
    return made
  }
}

function objectReader({ list, members }: Extract<RouteSource, { members: unknown }>): Reader {
  const readers = Object.entries(members).map(([name, source]) => [name, sourceOf(source)] as const)
  return (row) => {
    const values = readers.map(([name, read]) => [name, read(row)] as const)
    const object = Object.fromEntries(
      values.filter((entry): entry is [string, Json] => entry[1] !== undefined && entry[1] !== null),
    )
    return list ? [object] : object
  }
}

function testOf(when: Readonly<Record<string, RouteCondition>>): Test {
  const tests = Object.entries(when).map(([path, condition]) => {
    const read = readerOf(path)
    const holds = holdsFor(condition)
    return (row: JsonObject) => holds(textOf(read(row)))
  })
  return (row) => tests.every((holds) => holds(row))
}

function holdsFor(condition: RouteCondition): (text: string) => boolean {
  if (typeof condition === 'boolean') return (text) => (text !== '') === condition
  if (typeof condition === 'string') return (text) => text === condition
  if (Array.isArray(condition)) return (text) => condition.includes(text)
  return (text) => text !== '' && Number(text) >= condition.atLeast
}

/** Empty for no value. */
function textOf(value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : (numberText(value) ?? jsonText(value))
}
