// format_datetime, format_timespan
import { quoteString } from '../sql/quote.ts'
import { unixTicks } from '../sql/written.ts'
import { civil, datetime, day, dayNumber, signed } from './calendar.ts'
import { ArgumentError, as, constant, fn, type WriteCall } from './define.ts'

const pad = (text: string, width: number): string => `leftPad(toString(${text}), ${width}, '0')`

/** Parts of a format string that stand for a piece of the value; longest first. */
function formatted(format: string, pieces: readonly (readonly [string, string])[], type: string): string {
  const out: string[] = []
  for (let at = 0; at < format.length; ) {
    const piece = pieces.find(([token]) => format.startsWith(token, at))
    if (piece) {
      out.push(piece[1])
      at += piece[0].length
      continue
    }
    const char = format[at] as string
    if (!/[\s\-/:,.[\]_]/.test(char)) throw new ArgumentError(`'${char}' is not allowed in a ${type} format`)
    out.push(quoteString(char))
    at += 1
  }
  return out.length === 0 ? "''" : out.length === 1 ? (out[0] as string) : `concat(${out.join(', ')})`
}

const fractions = (ticks: string): (readonly [string, string])[] =>
  [7, 6, 5, 4, 3, 2, 1].flatMap((n): (readonly [string, string])[] => {
    const digits = `substring(${pad(`positiveModulo(${ticks}, 10000000)`, 7)}, 1, ${n})`
    return [
      ['f'.repeat(n), digits],
      ['F'.repeat(n), `trimRight(${digits}, '0')`],
    ]
  })

function literalFormat(call: WriteCall): string {
  const format = constant(call, 1)
  if (typeof format !== 'string') throw new ArgumentError(`'${call.fn}' needs a literal format`)
  return format
}

/** https://learn.microsoft.com/kusto/query/format-datetime-function */
export const formatDatetime = fn((call) => {
  const value = datetime(call, 0)
  const ticks = call.share(unixTicks(value.sql))
  const { year, month, dayOfMonth } = civil(call.share(dayNumber(ticks)), call.share)
  const hour = `intDiv(positiveModulo(${ticks}, ${signed(day)}), ${signed(36_000_000_000)})`
  const half = `(positiveModulo(${hour} + 11, 12) + 1)`
  const minute = `intDiv(positiveModulo(${ticks}, ${signed(36_000_000_000)}), 600000000)`
  const second = `intDiv(positiveModulo(${ticks}, 600000000), 10000000)`
  const pieces: (readonly [string, string])[] = [
    ['yyyy', pad(year, 4)],
    ['yy', pad(`(${year} % 100)`, 2)],
    ['y', `toString(${year} % 100)`],
    ['MM', pad(month, 2)],
    ['M', `toString(${month})`],
    ['dd', pad(dayOfMonth, 2)],
    ['d', `toString(${dayOfMonth})`],
    ['HH', pad(hour, 2)],
    ['H', `toString(${hour})`],
    ['hh', pad(half, 2)],
    ['h', `toString(${half})`],
    ['mm', pad(minute, 2)],
    ['m', `toString(${minute})`],
    ['ss', pad(second, 2)],
    ['s', `toString(${second})`],
    ['tt', `if(${hour} < 12, 'AM', 'PM')`],
    ...fractions(ticks),
  ]
  const text = formatted(literalFormat(call), pieces, 'datetime')
  return { sql: value.nullable ? `ifNull(${text}, '')` : text, type: 'string', nullable: false }
})

/** https://learn.microsoft.com/kusto/query/format-timespan-function */
export const formatTimespan = fn((call) => {
  const value = as('timespan', 0)(call)
  const ticks = `abs(${value.sql})`
  const days = `intDiv(${ticks}, ${signed(day)})`
  const hour = `(intDiv(${ticks}, ${signed(36_000_000_000)}) % 24)`
  const minute = `(intDiv(${ticks}, 600000000) % 60)`
  const second = `(intDiv(${ticks}, 10000000) % 60)`
  const dayPieces = [8, 7, 6, 5, 4, 3, 2, 1].map((n): readonly [string, string] => [
    'd'.repeat(n),
    n === 1 ? `toString(${days})` : `if(${days} < ${10 ** (n - 1)}, ${pad(days, n)}, toString(${days}))`,
  ])
  const clock = (['H', 'h'] as const).flatMap((c): (readonly [string, string])[] => [
    [`${c}${c}`, pad(hour, 2)],
    [c, `toString(${hour})`],
  ])
  const pieces: (readonly [string, string])[] = [
    ...dayPieces,
    ...clock,
    ['mm', pad(minute, 2)],
    ['m', `toString(${minute})`],
    ['ss', pad(second, 2)],
    ['s', `toString(${second})`],
    ...fractions(ticks),
  ]
  const text = formatted(literalFormat(call), pieces, 'timespan')
  return { sql: value.nullable ? `ifNull(${text}, '')` : text, type: 'string', nullable: false }
})
