import { expect, test } from 'vitest'
import type { Workspace, Workspaces } from '../../../catalog/types.ts'
import { ServerError } from '../../../core/errors.ts'
import { parseInstant } from '../../../core/time-range.ts'
import { fieldsOf, preferencesOf, queryText, timeRangeOf, workspacesOf } from './request.ts'

const detailOf = (run: () => unknown) => {
  try {
    return run()
  } catch (error) {
    return error instanceof ServerError ? `${error.errorName}: ${error.details.reason}` : error
  }
}

test.each([
  ['{', /^invalidBody: Request body is not valid JSON/],
  ['[]', /^invalidBody: Request body is not a JSON object/],
  ['null', /^invalidBody: Request body is not a JSON object/],
  ['{}', /^invalidBody: The property 'query' is missing/],
  ['{"query":" "}', /must be a text that is not empty/],
  ['{"query":5}', /must be a text that is not empty/],
])('body %s', (text, refusal) => expect(detailOf(() => queryText(fieldsOf(text)))).toMatch(refusal))

test('timespans of URL and body: what lies in both', () => {
  const day = (n: number) => parseInstant(`2024-05-0${n}`) ?? 0n
  const url = { timespan: '2024-05-01/2024-05-03', query_datetimescope_to: '2024-05-02T12:00:00Z' }
  expect(timeRangeOf([url, { timespan: 'P1D' }], day(3))).toEqual({ start: day(2), end: day(2) + 432_000_000_000n })
  expect(timeRangeOf([{}, { timespan: null }], day(3))).toBeUndefined()
  expect(detailOf(() => timeRangeOf([{ timespan: 'a day' }], day(3)))).toMatch(/^invalidArgument: timespan "a day"/)
})

const workspace = (name: string, guid: string): Workspace => ({
  id: guid,
  name,
  resourceId: `/subscriptions/${guid}/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/${name}`,
  database: `ws_${name}`,
})
const hub = workspace('hub', '11111111-0000-0000-0000-000000000000')
const spoke = workspace('spoke', '22222222-0000-0000-0000-000000000000')
const known: Pick<Workspaces, 'find'> = {
  find: (name) => [hub, spoke].find((w) => [w.id, w.name, w.resourceId].includes(name)),
}

test.each([
  [{ workspaces: ['spoke'] }, ['hub', 'spoke']],
  [{ workspaces: 'hub,spoke' }, ['hub', 'spoke']],
  [{ workspaces: [spoke.id, 'spoke', 'hub'] }, ['hub', 'spoke']],
  [{ workspaces: [`${spoke.id}/rg/spoke`] }, ['hub', 'spoke']],
  [{ resources: [spoke.resourceId] }, ['hub', 'spoke']],
  [{ workspaces: [] }, ['hub']],
])('workspaces of %j', (fields, names) => {
  expect(workspacesOf([hub], [fields], known, 100).map(({ name }) => name)).toEqual(names)
})

test('workspaces that are unknown, malformed or too many', () => {
  expect(detailOf(() => workspacesOf([hub], [{ workspaces: ['x'] }], known, 100))).toMatch(/'x' could not be found/)
  expect(detailOf(() => workspacesOf([hub], [{ workspaces: [5] }], known, 100))).toMatch(/must be a list of texts/)
  expect(detailOf(() => workspacesOf([hub], [{ workspaces: ['spoke'] }], known, 1))).toMatch(/at most 1/)
})

test.each([
  [undefined, { statistics: false, render: false }],
  ['wait=5', { waitMillis: 5000, statistics: false, render: false }],
  ['include-statistics=true,include-render=true, wait=600', { waitMillis: 600_000, statistics: true, render: true }],
  ['Include-Statistics = True, response-v1=true, ai.response-thinning=false', { statistics: true, render: false }],
  ['wait=soon', { statistics: false, render: false }],
])('Prefer: %s', (header, wishes) => expect(preferencesOf(header)).toEqual(wishes))
