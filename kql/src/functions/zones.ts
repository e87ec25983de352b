// Local times of time zones, by the engine's tables. https://learn.microsoft.com/kusto/query/datetime-local-to-utc-function
import { quoteString } from '../sql/quote.ts'
import { asString, fromUnixTicks, unixTicks, written } from '../sql/written.ts'
import { ArgumentError, argument, as, constant, type FunctionTable, fn, type WriteCall } from './define.ts'

/** What clocks in the zone show, as a datetime. */
const local = (utc: string, zone: string): string => `toDateTime64(toString(${utc}, ${zone}), 7, 'UTC')`

const known = '(SELECT time_zone FROM system.time_zones)'

/** Zones of this process that are younger than the engine's tables. */
const younger: ReadonlySet<string> = new Set(['America/Coyhaique'])

/** The name as the engine has it. */
function zoneNamed(name: string, call: WriteCall): string {
  const found = knownZone(name)
  if (found === undefined || younger.has(found))
    throw new ArgumentError(`'${call.fn}': '${name}' is no time zone; datetime_list_timezones() names them`)
  return quoteString(found)
}

function knownZone(name: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
  } catch {
    return undefined
  }
}

/** A zone that rows name may be none; then there is no value. */
function operands(call: WriteCall): { readonly time: string; readonly zone: string; readonly nullable: boolean } {
  const time = as('datetime', 0)(call)
  const zone = call.share(asString(argument(call, 1)).sql)
  const name = constant(call, 1)
  if (typeof name === 'string')
    return { time: call.share(time.sql), zone: zoneNamed(name, call), nullable: time.nullable }
  const isKnown = call.share(`${zone} IN ${known}`)
  return {
    time: call.share(`if(${isKnown}, ${time.sql}, NULL)`),
    zone: call.share(`if(${isKnown}, ${zone}, 'UTC')`),
    nullable: true,
  }
}

const toLocal = fn((call) => {
  const { time, zone, nullable } = operands(call)
  return written('datetime', local(time, zone), nullable)
})

/** The instant whose local time it is; of two the later, and in a gap the time before the clocks went forward. */
const toUtc = fn((call) => {
  const { time, zone, nullable } = operands(call)
  const ticks = unixTicks(time)
  const shifted = (utc: string): string =>
    call.share(fromUnixTicks(`(${ticks} - (${unixTicks(local(utc, zone))} - ${unixTicks(utc)}))`))
  const first = shifted(time)
  const second = shifted(first)
  return written('datetime', `if(${local(second, zone)} = ${time}, ${second}, ${first})`, nullable)
})

export const zones: FunctionTable = {
  datetime_utc_to_local: toLocal,
  datetime_local_to_utc: toUtc,
  datetime_list_timezones: fn(() =>
    written('dynamic', '(SELECT toJSONString(arraySort(groupArray(time_zone))) FROM system.time_zones)', true),
  ),
}
