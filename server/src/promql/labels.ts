// The labels of a series: pairs in the order of their names, and a key that is the same for the same pairs only.

export type Pair = readonly [name: string, value: string]

export interface Labels {
  readonly pairs: readonly Pair[]
  readonly key: string
}

export const metricName = '__name__'

/** Of pairs in any order; an empty value is no label. */
export function labelsOf(pairs: readonly Pair[]): Labels {
  const kept = pairs.filter(([, value]) => value !== '')
  return ofSorted(isSorted(kept) ? kept : kept.toSorted(([a], [b]) => compareTexts(a, b)))
}

function isSorted(pairs: readonly Pair[]): boolean {
  return pairs.every(([name], i) => i === 0 || compareTexts(pairs[i - 1]?.[0] ?? '', name) < 0)
}

function ofSorted(pairs: readonly Pair[]): Labels {
  let key = ''
  // Lengths keep pairs apart whatever the texts hold.
  for (const [name, value] of pairs) key += `${name.length},${value.length}:${name}${value}`
  return { pairs, key }
}

export const noLabels: Labels = ofSorted([])

export function labelValue({ pairs }: Labels, label: string): string {
  for (const [name, value] of pairs) if (name === label) return value
  return ''
}

export function kept({ pairs }: Labels, names: ReadonlySet<string>): Labels {
  return ofSorted(pairs.filter(([name]) => names.has(name)))
}

export function dropped(labels: Labels, names: ReadonlySet<string>): Labels {
  const pairs = labels.pairs.filter(([name]) => !names.has(name))
  return pairs.length === labels.pairs.length ? labels : ofSorted(pairs)
}

const justName: ReadonlySet<string> = new Set([metricName])

export function withoutName(labels: Labels): Labels {
  return dropped(labels, justName)
}

/** An empty value takes the label away. */
export function withLabel(labels: Labels, label: string, value: string): Labels {
  const others = labels.pairs.filter(([name]) => name !== label)
  return value === '' ? ofSorted(others) : labelsOf([...others, [label, value]])
}

export function compareLabels(a: Labels, b: Labels): number {
  const shared = Math.min(a.pairs.length, b.pairs.length)
  for (let i = 0; i < shared; i++) {
    const [nameA, valueA] = a.pairs[i] ?? ['', '']
    const [nameB, valueB] = b.pairs[i] ?? ['', '']
    const order = compareTexts(nameA, nameB) || compareTexts(valueA, valueB)
    if (order !== 0) return order
  }
  return a.pairs.length - b.pairs.length
}

export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** As Prometheus writes a series in messages: `name{a="b"}`. */
export function labelsText(labels: Labels): string {
  const name = labelValue(labels, metricName)
  const pairs = withoutName(labels).pairs.map(([label, value]) => `${label}=${JSON.stringify(value)}`)
  return pairs.length > 0 || name === '' ? `${name}{${pairs.join(', ')}}` : name
}
