// CS014: a bound on the time of stored rows that leaves none of those that the request is about.
import { describe, expect, test } from 'vitest'
import { compile } from '../src/index.ts'
import { catalog, now } from './fixture.ts'

const hour = 36_000_000_000n
const lastHours = (hours: bigint) => ({ start: now - hours * hour, end: now })

/** Code, place and message of each warning. */
function warned(query: string, timeRange?: { readonly start?: bigint; readonly end?: bigint }): readonly string[] {
  const made = compile(query, { catalog, now, ...(timeRange ? { timeRange } : {}) })
  if (!made.ok) throw new Error(made.diagnostics[0]?.message)
  return made.compiled.warnings.map((w) => `${w.code} ${query.slice(w.start, w.start + w.length)}: ${w.message}`)
}

const beginsAfter = 'no row is left: the time range of the request begins after this'
const endsBefore = 'no row is left: the time range of the request ends before this'

describe('a bound outside the time range', () => {
  test.each([
    ['Logs | where TimeGenerated < ago(2d)', 'TimeGenerated < ago(2d)', beginsAfter],
    [
      'Logs | where Level == "a" | where (TimeGenerated <= ago(25h)) and Count > 1',
      'TimeGenerated <= ago(25h)',
      beginsAfter,
    ],
    ['Logs | where TimeGenerated >= now(1h) | count', 'TimeGenerated >= now(1h)', endsBefore],
    ['Logs | where TimeGenerated > now()', 'TimeGenerated > now()', endsBefore],
    ['Logs | where TimeGenerated < datetime(2001-01-01)', 'TimeGenerated < datetime(2001-01-01)', beginsAfter],
    [
      'Logs | where TimeGenerated between (ago(5d) .. ago(3d))',
      'TimeGenerated between (ago(5d) .. ago(3d))',
      beginsAfter,
    ],
    ['Logs | where ago(2d) > TimeGenerated', 'ago(2d) > TimeGenerated', beginsAfter],
    ['Logs | where TimeGenerated < ago(24h)', 'TimeGenerated < ago(24h)', beginsAfter],
    ['Logs | where TimeGenerated == ago(3d)', 'TimeGenerated == ago(3d)', beginsAfter],
  ])('%s', (query, place, message) => expect(warned(query, lastHours(24n))).toEqual([`CS014 ${place}: ${message}`]))

  test('is one of the request, so that without a range there is none', () => {
    expect(warned('Logs | where TimeGenerated < datetime(2001-01-01)')).toEqual([])
  })

  test('of a range with one end', () => {
    expect(warned('Logs | where TimeGenerated < ago(2d)', { start: now - hour })).toHaveLength(1)
    expect(warned('Logs | where TimeGenerated < ago(2d)', { end: now })).toEqual([])
    expect(warned('Logs | where TimeGenerated > ago(2d)', { end: now - 72n * hour })).toHaveLength(1)
  })
})

describe('what may leave rows is no cause for warnings', () => {
  test.each([
    'Logs | where TimeGenerated > ago(2d)',
    'Logs | where TimeGenerated > ago(24h)',
    'Logs | where TimeGenerated between (ago(24h) .. datetime(null))',
    'Logs | where TimeGenerated == ago(24h) or TimeGenerated == ago(3h)',
    'Logs | where TimeGenerated < 5m + ago(24h)',
    'Logs | where TimeGenerated >= ago(24h) and TimeGenerated <= now()',
    'Logs | where TimeGenerated <= ago(24h)',
    'Logs | where ago(2d) < TimeGenerated',
    'Logs | where TimeGenerated < now()',
    'Logs | where TimeGenerated between (ago(30d) .. now())',
    'Logs | where TimeGenerated between (ago(1h) .. ago(30m))',
    'Logs | where TimeGenerated !between (ago(5d) .. ago(3d))',
    'Logs | where not(TimeGenerated < ago(2d))',
    'Logs | where TimeGenerated < ago(2d) or Level == "a"',
    'Logs | extend TimeGenerated = TimeGenerated - 10d | where TimeGenerated < ago(2d)',
    'Logs | project TimeGenerated = datetime(2001-01-01) | where TimeGenerated < ago(2d)',
    'datatable(TimeGenerated:datetime)[datetime(2001-01-01)] | where TimeGenerated < ago(2d)',
    'Logs | summarize countif(TimeGenerated < ago(2d))',
    'Logs | extend Old = TimeGenerated < ago(2d)',
    'let since = ago(2d); Logs | where TimeGenerated > since',
    'Logs | where TimeGenerated < bin(ago(2d), 1d) + 5d',
  ])('%s', (query) => expect(warned(query, lastHours(24n))).toEqual([]))
})
