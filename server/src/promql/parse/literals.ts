// Strings, numbers and durations of PromQL. https://prometheus.io/docs/prometheus/latest/querying/basics/#literals

const simpleEscapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
}

/** The text of a quoted string; undefined where an escape is none of Go's. */
export function unquoted(token: string): string | undefined {
  const quote = token[0]
  const inner = token.slice(1, -1)
  if (quote === '`' || !inner.includes('\\')) return inner
  const bytes: number[] = []
  const encoder = new TextEncoder()
  const pattern = /\\(?:x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))|[^\\]+/gsu
  let end = 0
  for (const match of inner.matchAll(pattern)) {
    if (match.index !== end) return undefined
    end += match[0].length
    const [whole, hex, octal, short, long, letter] = match
    if (hex ?? octal) bytes.push(Number.parseInt(hex ?? octal ?? '', hex ? 16 : 8) & 0xff)
    else if (short ?? long) {
      const code = Number.parseInt(short ?? long ?? '', 16)
      if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return undefined
      bytes.push(...encoder.encode(String.fromCodePoint(code)))
    } else if (letter !== undefined) {
      const text = simpleEscapes[letter]
      if (text === undefined || ((letter === "'" || letter === '"') && letter !== quote)) return undefined
      bytes.push(...encoder.encode(text))
    } else bytes.push(...encoder.encode(whole))
  }
  return end === inner.length ? new TextDecoder().decode(Uint8Array.from(bytes)) : undefined
}

const durationShape = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+)s)?(?:(\d+)ms)?$/
const unitMillis = [31_536_000_000, 604_800_000, 86_400_000, 3_600_000, 60_000, 1_000, 1]

/** Milliseconds of `1h30m` and its like; undefined: it is no duration. */
export function durationMillis(text: string): number | undefined {
  const match = durationShape.exec(text)
  if (!match || text === '') return undefined
  const units = match.slice(1)
  return units.reduce((sum, digits, i) => sum + Number(digits ?? 0) * (unitMillis[i] ?? 0), 0)
}

/** Go's numbers, in any of its bases, and durations as seconds. */
export function numberOf(text: string): number | undefined {
  const lower = text.toLowerCase()
  if (lower === 'inf') return Number.POSITIVE_INFINITY
  if (lower === 'nan') return Number.NaN
  const plain = lower.replace(/(?<=[0-9a-fx])_(?=[0-9a-f])/g, '')
  if (/^0x[0-9a-f]+$/.test(plain)) return Number(plain)
  if (/^0[0-7]+$/.test(plain)) return Number.parseInt(plain, 8)
  if (/^(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/.test(plain)) return Number(plain)
  const millis = durationMillis(text)
  return millis === undefined ? undefined : millis / 1000
}
