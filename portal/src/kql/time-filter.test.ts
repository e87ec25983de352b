import { expect, test } from 'vitest'
import { filtersTime } from './time-filter.ts'

test.each([
  ['T | where TimeGenerated > ago(1h)', true],
  ['T\n| where Level == "x" and TimeGenerated between (ago(2d) .. now())', true],
  ['T | summarize count() by bin(TimeGenerated, 1h)', false],
  ['T // | where TimeGenerated > ago(1h)\n| take 5', false],
  ['T | where Message has "where TimeGenerated > ago(1h)"', false],
  ['T | where Level == 1 | sort by TimeGenerated desc | where x > 2', false],
])('%s', (query, expected) => expect(filtersTime(query)).toBe(expected))
