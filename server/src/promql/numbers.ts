// Arithmetic on doubles as Go does it where JavaScript differs, sums that keep their rounding errors, and numbers as text.

/** A running sum with what rounding took from it (Neumaier). */
export class Sum {
  total = 0
  lost = 0

  add(value: number): void {
    const total = this.total + value
    if (isInfinite(total)) this.lost = 0
    else if (Math.abs(this.total) >= Math.abs(value)) this.lost += this.total - total + value
    else this.lost += value - total + this.total
    this.total = total
  }

  get value(): number {
    return isInfinite(this.total) ? this.total : this.total + this.lost
  }
}

/** A mean that falls back to adding up fractions where the sum would overflow. */
export class Mean {
  readonly #sum = new Sum()
  #count = 0
  #isIncremental = false

  add(value: number): void {
    this.#count++
    const { total, lost } = this.#sum
    if (!this.#isIncremental) {
      this.#sum.add(value)
      if (this.#count === 1 || !isInfinite(this.#sum.total)) return
      this.#isIncremental = true
      this.#sum.total = total / (this.#count - 1)
      this.#sum.lost = lost / (this.#count - 1)
    }
    const share = (this.#count - 1) / this.#count
    this.#sum.total *= share
    this.#sum.lost *= share
    this.#sum.add(value / this.#count)
  }

  get value(): number {
    const { total, lost } = this.#sum
    return this.#isIncremental ? total + lost : total / this.#count + lost / this.#count
  }
}

export function isInfinite(value: number): boolean {
  return value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY
}

export function power(base: number, exponent: number): number {
  if (base === 1 || (base === -1 && isInfinite(exponent))) return 1
  return base ** exponent
}

/** An infinity goes before a value that is no number. */
export function greater(a: number, b: number): number {
  return a === Number.POSITIVE_INFINITY || b === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : Math.max(a, b)
}

export function less(a: number, b: number): number {
  return a === Number.NEGATIVE_INFINITY || b === Number.NEGATIVE_INFINITY ? Number.NEGATIVE_INFINITY : Math.min(a, b)
}

/** NaN comes first. */
export function ascending(a: number, b: number): number {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : -1
  return Number.isNaN(b) ? 1 : a - b || 0
}

export function quantile(q: number, values: readonly number[]): number {
  if (values.length === 0 || Number.isNaN(q)) return Number.NaN
  if (q < 0) return Number.NEGATIVE_INFINITY
  if (q > 1) return Number.POSITIVE_INFINITY
  const sorted = values.toSorted((a, b) => (a === b ? 0 : ascending(a, b)))
  const rank = q * (sorted.length - 1)
  const lower = Math.max(0, Math.floor(rank))
  const upper = Math.min(sorted.length - 1, lower + 1)
  const weight = rank - Math.floor(rank)
  return (sorted[lower] ?? 0) * (1 - weight) + (sorted[upper] ?? 0) * weight
}

/** As the HTTP API writes values. */
export function valueText(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (isInfinite(value)) return value > 0 ? '+Inf' : '-Inf'
  if (Object.is(value, -0)) return '-0'
  return String(value).replace(/e([+-])(\d)$/, 'e$10$2')
}

/** Without an exponent, as labels have values. */
export function plainText(value: number): string {
  const text = valueText(value)
  const parts = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text)
  if (!parts) return text
  const [, sign, first = '', more = '', exponent] = parts
  const digits = first + more
  const point = 1 + Number(exponent)
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  return `${sign}${digits.padEnd(point, '0')}`
}
