// Local times of time zones, by the engine's tables. https://learn.microsoft.com/kusto/query/datetime-local-to-utc-function
import { asString, fromUnixTicks, unixTicks, written } from '../sql/written.ts'
import { argument, as, type FunctionTable, fn, type WriteCall } from './define.ts'

/** What clocks in the zone show, as a datetime. */
const local = (utc: string, zone: string): string => `toDateTime64(toString(${utc}, ${zone}), 7, 'UTC')`

function operands(call: WriteCall): { readonly time: string; readonly zone: string; readonly nullable: boolean } {
  const time = as('datetime', 0)(call)
  return { time: call.share(time.sql), zone: call.share(asString(argument(call, 1)).sql), nullable: time.nullable }
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
