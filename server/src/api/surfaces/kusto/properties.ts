// Client request properties that change how a query runs. Those that are not known are passed over, as the service does.
// https://learn.microsoft.com/kusto/api/rest/request-properties
import { parseDatetime } from '@conshelf/kql'
import { ServerError } from '../../../core/errors.ts'
import { intersect, type TimeRange } from '../../../core/time-range.ts'
import { timespanTicks } from '../../../ingest/rows/timespan.ts'
import type { QueryRequest } from '../../../query/types.ts'
import type { Call } from './call.ts'

/** Properties with the meaning of a `set` statement of the same name. */
const settings = ['truncationmaxrecords', 'truncationmaxsize', 'notruncation', 'query_take_max_records'] as const

/** `longest`: milliseconds that a query may take when it is to have no limit. */
export function queryProperties({ options }: Call, longest: number): Partial<QueryRequest> {
  const range = timeRangeOf(options)
  const now = instantOf(options, 'query_now')
  const millis = isTrue(options, 'norequesttimeout') ? longest : timeoutOf(options)
  return {
    options: Object.fromEntries(settings.flatMap((name) => settingOf(options, name))),
    ...(range ? { timeRange: range } : {}),
    ...(now === undefined ? {} : { now }),
    ...(millis === undefined ? {} : { maxMillis: millis }),
  }
}

type Options = Call['options']

export function isTrue(options: Options, name: string): boolean {
  const value = options.get(name)
  return value === true || value === 1 || (typeof value === 'string' && value.toLowerCase() === 'true')
}

function settingOf(options: Options, name: (typeof settings)[number]): [string, number | boolean][] {
  const value = options.get(name)
  if (value === undefined || value === null) return []
  if (name === 'notruncation') return [[name, isTrue(options, name)]]
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof number === 'number' && Number.isInteger(number) && number >= 0) return [[name, number]]
  throw unreadable(name, value, 'a whole number')
}

function timeoutOf(options: Options): number | undefined {
  const value = options.get('servertimeout')
  if (value === undefined || value === null || value === '') return undefined
  const ticks = typeof value === 'string' ? timespanTicks(value) : undefined
  if (ticks !== undefined && ticks > 0n) return Number(ticks) / 10_000
  throw unreadable('servertimeout', value, 'a time span such as 00:01:00 or 30s')
}

function instantOf(options: Options, name: string): bigint | undefined {
  const value = options.get(name)
  if (value === undefined || value === null || value === '') return undefined
  const text = typeof value === 'string' ? value.replace(/^\s*datetime\s*\((.*)\)\s*$/i, '$1') : ''
  const ticks = parseDatetime(text.trim())
  if (ticks !== null && ticks !== undefined) return ticks
  throw unreadable(name, value, 'a time')
}

/** Every table is read by its time column, which is TimeGenerated, or TimeGenerated stands for it. */
function timeRangeOf(options: Options): TimeRange | undefined {
  const column = options.get('query_datetimescope_column')
  const start = instantOf(options, 'query_datetimescope_from')
  const end = instantOf(options, 'query_datetimescope_to')
  const range = intersect(start === undefined ? undefined : { start }, end === undefined ? undefined : { end })
  if (range && column !== undefined && column !== null && column !== '' && column !== 'TimeGenerated')
    throw unreadable('query_datetimescope_column', column, "the tables' time column, TimeGenerated")
  return range
}

function unreadable(name: string, value: unknown, wanted: string): ServerError {
  return new ServerError('invalidArgument', {
    reason: `the property ${name} is ${JSON.stringify(value)}, which is not ${wanted}`,
    target: name,
  })
}
