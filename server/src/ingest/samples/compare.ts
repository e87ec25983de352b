// Rows as they were asked for against rows as a sample's text says they must be, by the type of each column.

export interface ExpectedRow {
  readonly table: string
  /** By column; a function answers whether the value is right. */
  readonly columns: Readonly<Record<string, unknown>>
}

export type Stored = Readonly<Record<string, unknown>>
export type Types = Readonly<Record<string, string>>

/** What is wrong, in words; each stored row answers for one expected row. */
export function differences(expected: readonly Stored[], stored: readonly Stored[], types: Types): string[] {
  const rest = [...stored]
  const faults: string[] = expected.length === stored.length ? [] : [`${stored.length} rows, not ${expected.length}`]
  // Those that say more choose first.
  const order = [...expected.entries()].sort(([, a], [, b]) => Object.keys(b).length - Object.keys(a).length)
  for (const [at, columns] of order) {
    const judged = rest.map((row) => faultsOf(columns, row, types))
    const best = judged.reduce((least, one, index) => (one.length < (judged[least] ?? []).length ? index : least), 0)
    for (const fault of judged[best] ?? [`no row is left`]) faults.push(`record ${at + 1}: ${fault}`)
    rest.splice(best, 1)
  }
  return faults
}

function faultsOf(columns: Stored, row: Stored, types: Types): string[] {
  return Object.entries(columns).flatMap(([name, wanted]) => {
    const type = types[name]
    if (type === undefined) return [`there is no column ${name}`]
    return agrees(type, wanted, row[name]) ? [] : [`${name}: ${shown(row[name])}, not ${shown(wanted)}`]
  })
}

const shown = (value: unknown): string =>
  `${typeof value === 'object' ? JSON.stringify(value) : typeof value === 'string' ? `'${value}'` : value}`.slice(
    0,
    200,
  )

const isNothing = (value: unknown): boolean => value === undefined || value === null || value === ''

export function agrees(type: string, wanted: unknown, got: unknown): boolean {
  if (typeof wanted === 'function') return wanted(got) === true
  if (isNothing(wanted)) return isNothing(got)
  const agree = byType[type]
  return agree === undefined ? textAgrees(wanted, got) : agree(wanted, got)
}

type Agrees = (wanted: unknown, got: unknown) => boolean

/** A text that is no number has no place in such a column. */
const numberAgrees: Agrees = (wanted, got) =>
  Number.isNaN(Number(wanted)) ? isNothing(got) || Number.isNaN(got) : !isNothing(got) && Number(wanted) === Number(got)

const byType: Readonly<Record<string, Agrees>> = {
  datetime: (wanted, got) => ticksOf(String(wanted)) === ticksOf(String(got)),
  bool: (wanted, got) => /^(?:true|1)$/i.test(String(wanted)) === got,
  dynamic: (wanted, got) => sameJson(structure(wanted), structure(got)),
  int: numberAgrees,
  long: numberAgrees,
  real: numberAgrees,
}

const textAgrees: Agrees = (wanted, got) =>
  typeof wanted === 'object' ? sameJson(wanted, structure(got)) : String(wanted) === String(got)

function structure(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

export function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return entries.map(([name, member]) => [name, sorted(member)])
}

/** Tenths of microseconds; times without a zone are of UTC. */
export function ticksOf(text: string): string {
  const [, before = text, fraction = '', after = ''] = /^(.*:\d\d)\.(\d+)(.*)$/.exec(text) ?? []
  const zoned = /(?:Z|UTC|[+-]\d\d:?\d\d)$/i.test(before + after)
  const millis = Date.parse(`${before}${after}${zoned ? '' : /T/.test(before) ? 'Z' : ' UTC'}`)
  return `${millis / 1000}.${fraction.slice(0, 7).padEnd(7, '0')}`
}
