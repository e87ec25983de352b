// Whether two servers answered the same.
import { expect } from 'vitest'

type Point = readonly [number, string]

interface Entry {
  readonly metric: Readonly<Record<string, string>>
  readonly value?: Point
  readonly values?: readonly Point[]
}

export interface Answer {
  readonly code: number
  readonly status: 'success' | 'error'
  readonly errorType?: string
  readonly error?: string
  readonly data?: { readonly resultType: string; readonly result: readonly Entry[] | Point }
}

/** Where the order of an instant vector means something. */
const ordered = /^(?:sort|topk|bottomk)/

export function expectSame(theirs: Answer, ours: Answer, query: string): void {
  const text = `${theirs.error ?? ''} / ${ours.error ?? ''}`
  expect([ours.code, ours.status, ours.errorType], text).toEqual([theirs.code, theirs.status, theirs.errorType])
  if (theirs.status === 'error') return
  expect(ours.data?.resultType).toBe(theirs.data?.resultType)
  if (isPoint(theirs) || isPoint(ours)) expectClose([ours.data?.result as Point], [theirs.data?.result as Point])
  else expectEntries(entriesOf(ours, query), entriesOf(theirs, query))
}

function isPoint({ data }: Answer): boolean {
  return data?.resultType === 'scalar' || data?.resultType === 'string'
}

function entriesOf({ data }: Answer, query: string): readonly (readonly [string, readonly Point[]])[] {
  const entries = ((data?.result ?? []) as readonly Entry[]).map(({ metric, value, values }) => {
    const labels = Object.entries(metric).sort(([a], [b]) => (a < b ? -1 : 1))
    return [JSON.stringify(labels), value ? [value] : (values ?? [])] as const
  })
  return ordered.test(query) ? entries : entries.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
}

function expectEntries(ours: ReturnType<typeof entriesOf>, theirs: ReturnType<typeof entriesOf>): void {
  expect(ours.map(([labels]) => labels)).toEqual(theirs.map(([labels]) => labels))
  for (const [i, [, points]] of theirs.entries()) expectClose(ours[i]?.[1] ?? [], points)
}

function expectClose(ours: readonly Point[], theirs: readonly Point[]): void {
  expect(ours.map(([time]) => time)).toEqual(theirs.map(([time]) => time))
  for (const [i, [time, theirText]] of theirs.entries()) {
    const ourText = ours[i]?.[1] ?? ''
    if (ourText === theirText) continue
    const [our, their] = [numberOf(ourText), numberOf(theirText)]
    const isClose = Math.abs(our - their) <= 1e-9 * Math.max(Math.abs(our), Math.abs(their))
    if (!isClose) expect(ourText, `at ${time}`).toBe(theirText)
  }
}

function numberOf(text: string): number {
  return text === '+Inf' ? Number.POSITIVE_INFINITY : text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text)
}
