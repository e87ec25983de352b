import { expect, test } from 'vitest'
import type { Workspace, Workspaces } from '../../../catalog/types.ts'
import { ServerError } from '../../../core/errors.ts'
import { parseInstant } from '../../../core/time-range.ts'
import { fieldsOf, preferencesOf, queryText, reachOf, scopeRangeOf, timeRangeOf } from './request.ts'

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
  const url = { timespan: '2024-05-01/2024-05-02T12:00:00Z' }
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
  expect(reachOf({ workspaces: [hub] }, [fields], known, 100).workspaces.map(({ name }) => name)).toEqual(names)
})

test('workspaces that are unknown, malformed or too many', () => {
  expect(detailOf(() => reachOf({ workspaces: [hub] }, [{ workspaces: ['x'] }], known, 100))).toMatch(
    /'x' could not be found/,
  )
  expect(detailOf(() => reachOf({ workspaces: [hub] }, [{ workspaces: [5] }], known, 100))).toMatch(
    /must be a list of texts/,
  )
  expect(detailOf(() => reachOf({ workspaces: [hub] }, [{ workspaces: ['spoke'] }], known, 1))).toMatch(/at most 1/)
})

const [first, second] = ['/subscriptions/s/resourceGroups/A', '/subscriptions/s/resourcegroups/b']
test('resources join a resource, workspaces a workspace, and nothing else', () => {
  const one = { workspaces: [hub, spoke], resourceScope: [first.toLowerCase()] }
  expect(reachOf(one, [{ resources: [first, second] }], known, 100).resourceScope).toEqual([
    first.toLowerCase(),
    second,
  ])
  expect(detailOf(() => reachOf(one, [{ workspaces: ['hub'] }], known, 100))).toMatch(/none can be added/)
  expect(detailOf(() => reachOf(one, [{ resources: [hub.resourceId] }], known, 100))).toMatch(/not both/)
  expect(detailOf(() => reachOf({ workspaces: [hub] }, [{ resources: [second] }], known, 100))).toMatch(/not both/)
})

test('the range of a column that dashboards send', () => {
  const [start, end] = ['2024-05-01', '2024-05-02'].map((day) => parseInstant(day))
  const bounds = { query_datetimescope_from: '2024-05-01', query_datetimescope_to: '2024-05-02T00:00:00Z' }
  expect(scopeRangeOf([{}, bounds])).toEqual({ column: 'TimeGenerated', start, end })
  expect(scopeRangeOf([{ ...bounds, query_datetimescope_column: 'At' }])).toEqual({ column: 'At', start, end })
  expect(scopeRangeOf([{ query_datetimescope_column: 'At' }])).toBeUndefined()
})

const none = { statistics: false, render: false, dataSources: false, permissions: false }
test.each([
  [undefined, none],
  ['wait=5', { ...none, waitMillis: 5000 }],
  [
    'include-statistics=true,include-render=true, wait=600',
    { ...none, waitMillis: 600_000, statistics: true, render: true },
  ],
  ['Include-Statistics = True, response-v1=true, ai.response-thinning=false', { ...none, statistics: true }],
  [
    'ai.include-render=true, include-dataSources=true, include-permissions=true',
    { ...none, render: true, dataSources: true, permissions: true },
  ],
  ['wait=soon', none],
])('Prefer: %s', (header, wishes) => expect(preferencesOf(header)).toEqual(wishes))
