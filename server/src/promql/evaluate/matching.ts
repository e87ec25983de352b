// Arithmetic and comparisons between two vectors. https://prometheus.io/docs/prometheus/latest/querying/operators/#vector-matching
import { type Binary, isComparison, type Matching } from '../ast.ts'
import { PromqlError } from '../errors.ts'
import { dropped, kept, type Labels, labelsText, labelValue, withLabel, withoutName } from '../labels.ts'
import { Gathering, type Series, type Timeline, type Value } from '../values.ts'
import { arithmetic, type BinaryParts } from './binary.ts'
import { bySignature, matchingOf, type Signed, signed } from './sides.ts'

export async function matched(
  expr: Binary,
  lhs: readonly Series[],
  rhs: readonly Series[],
  { timeline, breathe }: BinaryParts,
): Promise<Value> {
  const matching = matchingOf(expr.matching)
  const isSwapped = matching.many === 'right'
  const [many, one] = isSwapped ? [rhs, lhs] : [lhs, rhs]
  const side = isSwapped ? 'left' : 'right'
  const ones = onesOf(signed(matching, one), anywhere(many, timeline), { timeline, side })
  const gathering = new Gathering(timeline)
  /** For each signature the times that have been matched; only one to one. */
  const taken = new Map<string, Uint8Array>()
  for (const { series, signature } of signed(matching, many)) {
    await breathe()
    const partners = ones.get(signature.key)
    if (!partners) continue
    const outs = new Map<Series, Series>()
    const matchedTimes = timesOf(taken, signature.key, timeline)
    for (let index = 0; index < timeline.count; index++) {
      const partner = partners[index]
      if (series.present[index] !== 1 || !partner) continue
      const [a, b] = inOrder(series.values[index] ?? 0, partner.values[index] ?? 0, isSwapped)
      const result = arithmetic(expr.op, a, b)
      const isFilter = isComparison(expr.op) && !expr.returnBool
      if (isFilter && result === 0) continue
      if (matching.many === 'none') {
        if (matchedTimes[index] === 1) throw new PromqlError('execution', manyToOne)
        matchedTimes[index] = 1
      }
      const out = outs.get(partner) ?? gathering.seriesOf(resultLabels(expr, matching, series.labels, partner.labels))
      outs.set(partner, out)
      gathering.set(out, index, isFilter ? a : result, notUnique)
    }
  }
  return { type: 'vector', series: gathering.series }
}

const manyToOne = 'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)'
const notUnique = 'multiple matches for labels: grouping labels must ensure unique matches'

function inOrder(many: number, one: number, isSwapped: boolean): readonly [number, number] {
  return isSwapped ? [one, many] : [many, one]
}

function timesOf(taken: Map<string, Uint8Array>, key: string, { count }: Timeline): Uint8Array {
  const known = taken.get(key) ?? new Uint8Array(count)
  taken.set(key, known)
  return known
}

/** At which times there is any series at all. */
function anywhere(series: readonly Series[], { count }: Timeline): Uint8Array {
  const there = new Uint8Array(count)
  for (const { present } of series)
    for (let index = 0; index < count; index++) if (present[index] === 1) there[index] = 1
  return there
}

interface OneSide {
  readonly timeline: Timeline
  readonly side: string
}

/** For each signature and time the series on the side with one; two are an error where the other side has any. */
function onesOf(
  side: readonly Signed[],
  isAsked: Uint8Array,
  { timeline, side: name }: OneSide,
): ReadonlyMap<string, readonly (Series | undefined)[]> {
  const found = new Map<string, readonly (Series | undefined)[]>()
  for (const [key, group] of bySignature(side)) {
    const atTimes = new Array<Series | undefined>(timeline.count).fill(undefined)
    for (const { series, signature } of group) {
      for (let index = 0; index < timeline.count; index++) {
        if (series.present[index] !== 1 || isAsked[index] !== 1) continue
        const other = atTimes[index]
        if (other) throw duplicate(signature, name, [series, other])
        atTimes[index] = series
      }
    }
    found.set(key, atTimes)
  }
  return found
}

function duplicate(signature: Labels, side: string, series: readonly Series[]): PromqlError {
  const both = series.map(({ labels }) => labelsText(labels)).join(', ')
  return new PromqlError(
    'execution',
    `found duplicate series for the match group ${labelsText(signature)} on the ${side} hand-side of the operation: [${both}];` +
      'many-to-many matching not allowed: matching labels must be unique on one side',
  )
}

function resultLabels({ op, returnBool }: Binary, matching: Matching, many: Labels, one: Labels): Labels {
  let labels = isComparison(op) && !returnBool ? many : withoutName(many)
  if (matching.many === 'none') {
    const names = new Set(matching.labels)
    labels = matching.on ? kept(labels, names) : dropped(labels, names)
  }
  for (const name of matching.include) labels = withLabel(labels, name, labelValue(one, name))
  return labels
}
