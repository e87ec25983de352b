// `and`, `or`, `unless`: by whether the other side has a series with the same labels at the same time.
// https://prometheus.io/docs/prometheus/latest/querying/operators/#logical-set-binary-operators
import type { Binary } from '../ast.ts'
import { Gathering, type Series, type Value } from '../values.ts'
import type { BinaryParts } from './binary.ts'
import { matchingOf, signed } from './sides.ts'

export async function combined(
  { op, matching }: Binary,
  lhs: readonly Series[],
  rhs: readonly Series[],
  { timeline, breathe }: BinaryParts,
): Promise<Value> {
  const [left, right] = [signed(matchingOf(matching), lhs), signed(matchingOf(matching), rhs)]
  const gathering = new Gathering(timeline)
  const isThere = presence(op === 'or' ? left : right, timeline.count)
  for (const { series, signature } of left) {
    await breathe()
    const other = isThere.get(signature.key)
    add(gathering, series, (index) => op === 'or' || (other?.[index] === 1) === (op === 'and'))
  }
  for (const { series, signature } of op === 'or' ? right : []) {
    await breathe()
    const other = isThere.get(signature.key)
    add(gathering, series, (index) => other?.[index] !== 1)
  }
  return { type: 'vector', series: gathering.series }
}

function presence(side: ReturnType<typeof signed>, count: number): ReadonlyMap<string, Uint8Array> {
  const found = new Map<string, Uint8Array>()
  for (const { series, signature } of side) {
    const there = found.get(signature.key) ?? new Uint8Array(count)
    found.set(signature.key, there)
    for (let index = 0; index < count; index++) if (series.present[index] === 1) there[index] = 1
  }
  return found
}

function add(gathering: Gathering, { labels, values, present }: Series, stays: (index: number) => boolean): void {
  const out = gathering.seriesOf(labels)
  for (let index = 0; index < present.length; index++)
    if (present[index] === 1 && stays(index)) gathering.set(out, index, values[index] ?? 0)
}
