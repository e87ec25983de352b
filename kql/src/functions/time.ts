// datetimes and timespans. https://learn.microsoft.com/kusto/query/scalar-functions#datetimetimespan-functions
import { convertWritten } from '../sql/convert.ts'
import { fromUnixTicks, isWhole, roundedTicks, unixTicks, type Written } from '../sql/written.ts'
import { civil, datetime, day, dayNumber, dayOf, type Share, signed } from './calendar.ts'
import {
  ArgumentError,
  argument,
  as,
  constant,
  type FunctionEntry,
  type FunctionTable,
  fn,
  type WriteCall,
} from './define.ts'
import { formatDatetime, formatTimespan } from './time-format.ts'

type Period = 'day' | 'week' | 'month' | 'year'

/** First day number of the period that lies `offset` periods after the one of the given day; weeks begin on Sunday. */
function periodStart(period: Period, days: string, offset: string, share: Share): string {
  if (period === 'day') return `(${days} + ${offset})`
  if (period === 'week') return `(${days} - positiveModulo(${days} + 4, 7) + 7 * ${offset})`
  const { year, month } = civil(days, share)
  if (period === 'year') return dayOf(`(${year} + ${offset})`, '1', '1', share)
  const months = share(`(${year} * 12 + ${month} - 1 + ${offset})`)
  return dayOf(`intDiv(${months}, 12)`, share(`(positiveModulo(${months}, 12) + 1)`), '1', share)
}

const boundary = (period: Period, end: boolean): FunctionEntry =>
  fn((call) => {
    const value = datetime(call, 0)
    const offset = call.args.length > 1 ? as('long', 1)(call).sql : '0'
    const start = periodStart(
      period,
      call.share(dayNumber(call.share(unixTicks(value.sql)))),
      end ? `(${offset} + 1)` : offset,
      call.share,
    )
    return {
      sql: fromUnixTicks(`(toInt64(${start}) * ${day}${end ? ' - 1' : ''})`),
      type: 'datetime',
      nullable: value.nullable || call.args.length > 1,
    }
  })

const part = (write: (ticks: string, days: string, share: Share) => string): FunctionEntry =>
  fn((call) => {
    const value = datetime(call, 0)
    const ticks = call.share(unixTicks(value.sql))
    const text = write(ticks, call.share(dayNumber(ticks)), call.share)
    return {
      sql:
        call.type === 'timespan' ? `toInt64(${text})` : call.type === 'int' ? `toInt32(${text})` : `toInt64(${text})`,
      type: call.type,
      nullable: value.nullable,
    }
  })

const unitTicks: Readonly<Record<string, number>> = {
  week: 7 * day,
  day,
  hour: 36_000_000_000,
  minute: 600_000_000,
  second: 10_000_000,
  millisecond: 10_000,
  microsecond: 10,
}

function unitOf(call: WriteCall, index: number): string {
  const unit = constant(call, index)
  if (typeof unit !== 'string') throw new ArgumentError(`'${call.fn}' needs a literal name of a part`)
  return unit.toLowerCase()
}

/** How many borders of the unit lie between the two; nanoseconds count in hundreds. */
const datetimeDiff = fn((call) => {
  const unit = unitOf(call, 0)
  const [a, b] = [datetime(call, 1), datetime(call, 2)]
  const [ta, tb] = [call.share(unixTicks(a.sql)), call.share(unixTicks(b.sql))]
  const nullable = a.nullable || b.nullable
  const made = (text: string): Written => ({ sql: `toInt64(${text})`, type: 'long', nullable })
  const [ca, cb] = [civil(call.share(dayNumber(ta)), call.share), civil(call.share(dayNumber(tb)), call.share)]
  if (unit === 'year') return made(`${ca.year} - ${cb.year}`)
  if (unit === 'quarter')
    return made(`(${ca.year} * 4 + intDiv(${ca.month} - 1, 3)) - (${cb.year} * 4 + intDiv(${cb.month} - 1, 3))`)
  if (unit === 'month') return made(`(${ca.year} * 12 + ${ca.month}) - (${cb.year} * 12 + ${cb.month})`)
  if (unit === 'nanosecond') return made(`(${ta} - ${tb}) * 100`)
  const size = unitTicks[unit]
  if (size === undefined) throw new ArgumentError(`'${unit}' is not a part of a datetime`)
  const shift = unit === 'week' ? 4 * day : 0
  const slot = (t: string): string =>
    `intDiv(${t} + ${shift} - positiveModulo(${t} + ${shift}, ${signed(size)}), ${signed(size)})`
  return made(`${slot(ta)} - ${slot(tb)}`)
})

/**
 * A formula whose named parts are parameters of lambdas around it. Names of the SELECT would be written out at each use by the
 * engine's analyzer, and a long chain of them grows beyond what it takes.
 */
function withParts(build: (share: Share) => string): string {
  const parts: string[] = []
  const known = new Map<string, string>()
  const body = build((sql) => {
    const name = known.get(sql) ?? `$v${parts.length}`
    if (!known.has(sql)) parts.push(sql)
    known.set(sql, name)
    return name
  })
  return parts.reduceRight((inner, sql, i) => `arrayMap($v${i} -> ${inner}, [${sql}])[1]`, body)
}

const datetimeAdd = fn((call) => {
  const unit = unitOf(call, 0)
  const amount = as('long', 1)(call)
  const value = datetime(call, 2)
  const ticks = call.share(unixTicks(value.sql))
  const nullable = value.nullable || amount.nullable
  const size = unitTicks[unit]
  if (size !== undefined)
    return { sql: fromUnixTicks(`(${ticks} + ${amount.sql} * ${size})`), type: 'datetime', nullable }
  if (unit === 'nanosecond')
    return { sql: fromUnixTicks(`(${ticks} + intDiv(${amount.sql}, 100))`), type: 'datetime', nullable }
  const factor = unit === 'year' ? 12 : unit === 'quarter' ? 3 : unit === 'month' ? 1 : undefined
  if (factor === undefined) throw new ArgumentError(`'${unit}' is not a part of a datetime`)
  const sum = withParts((share) => {
    const { year, month, dayOfMonth } = civil(share(dayNumber(ticks)), share)
    const months = share(`(${year} * 12 + ${month} - 1 + ${amount.sql} * ${factor})`)
    const [y, m] = [share(`intDiv(${months}, 12)`), share(`(positiveModulo(${months}, 12) + 1)`)]
    const following = dayOf(
      share(`intDiv(${months} + 1, 12)`),
      share(`(positiveModulo(${months} + 1, 12) + 1)`),
      '1',
      share,
    )
    const last = `(${following} - ${dayOf(y, m, '1', share)})`
    const date = dayOf(y, m, `least(${dayOfMonth}, ${last})`, share)
    return `(toInt64(${date}) * ${day} + positiveModulo(${ticks}, ${signed(day)}))`
  })
  return { sql: fromUnixTicks(sum), type: 'datetime', nullable }
})

const monthLength = (year: string, month: string): string =>
  `[31, if((${year} % 4 = 0 AND ${year} % 100 != 0) OR ${year} % 400 = 0, 29, 28), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][${month}]`

const makeDatetime = fn((call) => {
  if (call.args.length === 1) return convertWritten(argument(call, 0), 'datetime', call.share)
  const n = (i: number, absent: string): string => (i < call.args.length ? as('long', i)(call).sql : absent)
  const [year, month, date] = [n(0, '1'), n(1, '1'), n(2, '1')]
  const days = call.share(`toInt64(${dayOf(year, month, date, call.share)})`)
  const isDate = `${year} BETWEEN 1 AND 9999 AND ${month} BETWEEN 1 AND 12 AND ${date} BETWEEN 1 AND 31 AND ${date} <= ${monthLength(year, month)}`
  const time = clock(call, 3)
  return {
    sql: `if(${isDate}${time.holds}, ${fromUnixTicks(`(${days} * ${day} + ${time.ticks})`)}, NULL)`,
    type: 'datetime',
    nullable: true,
  }
})

/** Hour, minute and second from an argument on: their ticks, and that each is a time of day. */
function clock(call: WriteCall, from: number): { readonly ticks: string; readonly holds: string } {
  const given = call.args.length - from
  if (given <= 0) return { ticks: '0', holds: '' }
  const [hour, minute] = [0, 1].map((i) => (i < given ? call.share(as('long', from + i)(call).sql) : '0'))
  const second = given > 2 ? call.share(as('real', from + 2)(call).sql) : undefined
  const ofSecond = second ? ` AND ${second} >= 0 AND ${second} < 60` : ''
  return {
    ticks: `${hour} * 36000000000 + ${minute} * 600000000 + ${second ? roundedTicks(`${second} * 10000000`) : '0'}`,
    holds: ` AND ${hour} BETWEEN 0 AND 23 AND ${minute} BETWEEN 0 AND 59${ofSecond}`,
  }
}

/** https://learn.microsoft.com/kusto/query/make-timespan-function */
const makeTimespan = fn((call) => {
  if (call.args.length === 1) return convertWritten(argument(call, 0), 'timespan', call.share)
  const hasDays = call.args.length >= 4
  const time = clock(call, hasDays ? 1 : 0)
  const days = hasDays ? `${as('long', 0)(call).sql} * ${day} + ` : ''
  return { sql: `if(true${time.holds}, toInt64(${days}${time.ticks}), NULL)`, type: 'timespan', nullable: true }
})

/** Whole numbers stay whole: a real holds no ticks of today. */
const unixTime = (ticks: number): FunctionEntry =>
  fn((call) => {
    const count = argument(call, 0)
    const whole = ticks < 1 ? `intDiv(${count.sql}, ${1 / ticks})` : `${count.sql} * ${ticks}`
    const made = isWhole(count) ? `toInt64(${whole})` : roundedTicks(`${as('real', 0)(call).sql} * ${ticks}`)
    return { sql: fromUnixTicks(made), type: 'datetime', nullable: true }
  })

const datetimePart = fn((call) => {
  const entry = parts[unitOf(call, 0)]
  if (!entry) throw new ArgumentError(`'${unitOf(call, 0)}' is not a part of a datetime`)
  return entry.write({ ...call, args: call.args.slice(1), exprs: call.exprs.slice(1) })
})

/** ISO 8601 week: weeks begin on Monday, the first one has the year's first Thursday. */
function isoWeek(days: string, share: Share): string {
  const thursday = share(`(${days} - positiveModulo(${days} + 3, 7) + 3)`)
  return `(intDiv(${thursday} - ${dayOf(civil(thursday, share).year, '1', '1', share)}, 7) + 1)`
}

const parts: FunctionTable = {
  year: part((_t, d, share) => civil(d, share).year),
  quarter: part((_t, d, share) => `(intDiv(${civil(d, share).month} - 1, 3) + 1)`),
  month: part((_t, d, share) => civil(d, share).month),
  week_of_year: part((_t, d, share) => isoWeek(d, share)),
  day: part((_t, d, share) => civil(d, share).dayOfMonth),
  dayofyear: part((_t, d, share) => `(${d} - ${dayOf(civil(d, share).year, '1', '1', share)} + 1)`),
  hour: part((t) => `intDiv(positiveModulo(${t}, ${signed(day)}), ${signed(36_000_000_000)})`),
  minute: part((t) => `intDiv(positiveModulo(${t}, ${signed(36_000_000_000)}), 600000000)`),
  second: part((t) => `intDiv(positiveModulo(${t}, 600000000), 10000000)`),
  millisecond: part((t) => `intDiv(positiveModulo(${t}, 10000000), 10000)`),
  microsecond: part((t) => `intDiv(positiveModulo(${t}, 10000000), 10)`),
  nanosecond: part((t) => `(positiveModulo(${t}, 10000000) * 100)`),
}

const partNamed = (name: string): FunctionEntry => parts[name] as FunctionEntry

export const time: FunctionTable = {
  startofday: boundary('day', false),
  startofweek: boundary('week', false),
  startofmonth: boundary('month', false),
  startofyear: boundary('year', false),
  endofday: boundary('day', true),
  endofweek: boundary('week', true),
  endofmonth: boundary('month', true),
  endofyear: boundary('year', true),
  dayofweek: part((_t, d) => `(positiveModulo(${d} + 4, 7) * ${day})`),
  dayofmonth: partNamed('day'),
  dayofyear: partNamed('dayofyear'),
  hourofday: partNamed('hour'),
  monthofyear: partNamed('month'),
  getmonth: partNamed('month'),
  getyear: partNamed('year'),
  week_of_year: partNamed('week_of_year'),
  weekofyear: partNamed('week_of_year'),
  datetime_diff: datetimeDiff,
  datetime_add: datetimeAdd,
  datetime_part: datetimePart,
  datepart: datetimePart,
  make_datetime: makeDatetime,
  make_timespan: makeTimespan,
  format_datetime: formatDatetime,
  format_timespan: formatTimespan,
  unixtime_seconds_todatetime: unixTime(10_000_000),
  unixtime_milliseconds_todatetime: unixTime(10_000),
  unixtime_microseconds_todatetime: unixTime(10),
  unixtime_nanoseconds_todatetime: unixTime(0.01),
}
