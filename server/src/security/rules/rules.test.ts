// From rows to alerts to incidents, and when: the pure parts. Expectations are those of the pages that the files name.
import type { Row } from '@conshelf/kql'
import { describe, expect, test } from 'vitest'
import { type AlertDraft, alertsOf } from './alerts.ts'
import { afterRun, dueRuns, type RuleState } from './due.ts'
import { type Candidate, groupKey, joined } from './grouping.ts'
import { queryRule } from './rule.ts'

const base = {
  displayName: 'Refusals',
  description: 'Somebody was refused',
  severity: 'Medium',
  query: 'T',
  queryFrequency: 'PT1H',
  queryPeriod: 'PT1H',
  triggerOperator: 'GreaterThan',
  triggerThreshold: 0,
}
const columns = [
  { name: 'TimeGenerated', type: 'datetime' },
  { name: 'User', type: 'string' },
  { name: 'IP', type: 'string' },
  { name: 'Level', type: 'string' },
] as const
const run = { ruleId: '/r/1', at: '2026-01-01T10:00:00.0000000Z', from: 'from', to: 'to' }
const row = (minute: number, user: string, ip = '', level = ''): Row => [
  `2026-01-01T09:${String(minute).padStart(2, '0')}:00.0000000Z`,
  user,
  ip,
  level,
]
const mapped = {
  entityMappings: [
    { entityType: 'Account', fieldMappings: [{ identifier: 'FullName', columnName: 'User' }] },
    { entityType: 'IP', fieldMappings: [{ identifier: 'Address', columnName: 'IP' }] },
  ],
}
const perResult = { eventGroupingSettings: { aggregationKind: 'AlertPerResult' } }
const alerts = (more: object, rows: readonly Row[], kind: 'Scheduled' | 'NRT' = 'Scheduled') =>
  alertsOf(queryRule(kind, { ...base, ...more }), { columns, rows }, run)
const many = (count: number) => Array.from({ length: count }, (_, n) => row(n % 60, `u${n}`))

describe('alerts of a run', () => {
  test.each<[string, object, number, number]>([
    ['no rows, more than 0 wanted', {}, 0, 0],
    ['one row', {}, 1, 1],
    ['many rows are one alert', {}, 500, 1],
    ['as many as the threshold are not more', { triggerThreshold: 3 }, 3, 0],
    ['fewer than wanted', { triggerOperator: 'LessThan', triggerThreshold: 1 }, 0, 1],
    ['equal', { triggerOperator: 'Equal', triggerThreshold: 2 }, 2, 1],
    ['not equal', { triggerOperator: 'NotEqual', triggerThreshold: 2 }, 2, 0],
    ['one for each row', perResult, 3, 3],
    ['150 rows are 150 alerts', perResult, 150, 150],
    ['more are 150 too', perResult, 400, 150],
  ])('%s', (_name, more, rows, expected) => expect(alerts(more, many(rows))).toHaveLength(expected))

  test('the last of too many stands for all rows; near real time has 30', () => {
    expect(alerts(perResult, many(400)).at(-1)).toMatchObject({ rows: 400 })
    expect(alerts(perResult, many(400))[148]).toMatchObject({ rows: 1 })
    const nrt = alerts(perResult, many(31), 'NRT')
    expect([nrt.length, nrt.at(-1)?.rows, nrt[28]?.rows]).toEqual([30, 31, 1])
  })

  test('time, entities each once, details, and the same id for the same run', () => {
    const rows = [row(20, 'a', '10.0.0.1'), row(10, 'a', '10.0.0.2'), row(30, '', '10.0.0.1')]
    const [alert] = alerts({ ...mapped, customDetails: { Who: 'User' } }, rows)
    expect(alert).toMatchObject({
      name: 'Refusals',
      start: '2026-01-01T09:10:00.0000000Z',
      end: '2026-01-01T09:30:00.0000000Z',
      customDetails: { Who: ['a'] },
      entities: [
        { $id: '1', Type: 'account', FullName: 'a' },
        { $id: '2', Type: 'ip', Address: '10.0.0.1' },
        { $id: '3', Type: 'ip', Address: '10.0.0.2' },
      ],
    })
    expect(alerts({}, rows)[0]?.id).toBe(alert?.id)
  })

  test('500 entities are shared by the mappings', () => {
    const rows = Array.from({ length: 600 }, (_, n) => row(1, `u${n}`, `10.0.${n >> 8}.${n & 255}`))
    const [alert] = alerts(mapped, rows)
    const of = (type: string) => alert?.entities.filter(({ Type }) => Type === type).length
    expect([of('account'), of('ip')]).toEqual([250, 250])
  })

  test.each<[string, object, Row, object]>([
    ['a name', { alertDisplayNameFormat: '{{User}} from {{ IP }}' }, row(1, 'a', '1'), { name: 'a from 1' }],
    ['an empty one is the rule its own', { alertDisplayNameFormat: '{{User}}' }, row(1, ''), { name: 'Refusals' }],
    ['a description', { alertDescriptionFormat: 'By {{User}}' }, row(1, 'a'), { description: 'By a' }],
    ['a severity', { alertSeverityColumnName: 'Level' }, row(1, 'a', '', 'high'), { severity: 'High' }],
    ['none that there is', { alertSeverityColumnName: 'Level' }, row(1, 'a', '', 'x'), { severity: 'Medium' }],
    ['tactics', { alertTacticsColumnName: 'Level' }, row(1, 'a', '', '["Impact"]'), { tactics: ['Impact'] }],
  ])('from columns: %s', (_name, alertDetailsOverride, cells, expected) => {
    expect(alerts({ alertDetailsOverride }, [cells])).toMatchObject([expected])
  })
})

describe('grouping', () => {
  const draftOf = (rows: readonly Row[], more: object = {}) => alerts({ ...mapped, ...more }, rows)[0] as AlertDraft
  const key = (grouping: object, alert: AlertDraft, more: object = mapped): string => {
    const configuration = { enabled: true, lookbackDuration: 'PT1H', ...grouping }
    const rule = queryRule('Scheduled', {
      ...base,
      ...more,
      incidentConfiguration: { groupingConfiguration: configuration },
    })
    return rule.grouping ? groupKey(rule, rule.grouping, alert) : '-'
  }
  const [a1, a2, b1] = [draftOf([row(1, 'A', '1')]), draftOf([row(9, 'a', '2')]), draftOf([row(1, 'b', '1')])]
  test.each<[string, object, AlertDraft, AlertDraft, boolean]>([
    ['any alert', { matchingMethod: 'AnyAlert' }, a1, b1, true],
    ['all entities that differ', { matchingMethod: 'AllEntities' }, a1, a2, false],
    [
      'all entities that are equal, in any case',
      { matchingMethod: 'AllEntities' },
      a1,
      draftOf([row(5, 'a', '1')]),
      true,
    ],
    ['the account', { matchingMethod: 'Selected', groupByEntities: ['Account'] }, a1, a2, true],
    ['another account', { matchingMethod: 'Selected', groupByEntities: ['Account'] }, a1, b1, false],
    ['the title', { matchingMethod: 'Selected', groupByAlertDetails: ['DisplayName'] }, a1, b1, true],
    [
      'the severity',
      { matchingMethod: 'Selected', groupByAlertDetails: ['Severity'] },
      a1,
      { ...a1, severity: 'Low' },
      false,
    ],
  ])('by %s', (_name, grouping, x, y, same) => expect(key(grouping, x) === key(grouping, y)).toBe(same))
  test('by all entities of a rule without any is by nothing', () => {
    expect(key({ matchingMethod: 'AllEntities' }, a1, {})).toBe('')
  })

  const hour = 3_600_000
  const one = (more: Partial<Candidate>): Candidate => ({
    id: 'x',
    number: 1,
    isClosed: false,
    alerts: 1,
    key: 'k',
    firstAlert: 0,
    ...more,
  })
  const config = {
    reopenClosedIncident: false,
    lookback: hour,
    method: 'AnyAlert',
    entities: [],
    alertDetails: [],
    customDetails: [],
  } as const
  test.each<[string, readonly Candidate[], boolean, number, string | undefined]>([
    ['none there', [], false, 0, undefined],
    ['an open one', [one({})], false, hour, 'x'],
    ['one that began too long ago', [one({})], false, hour + 1, undefined],
    ['one of another key', [one({ key: 'l' })], false, 0, undefined],
    ['the newest', [one({}), one({ id: 'y', number: 2 })], false, 0, 'y'],
    ['a full one', [one({ alerts: 150 })], false, 0, undefined],
    ['149 alerts', [one({ alerts: 149 })], false, 0, 'x'],
    ['a closed one', [one({ isClosed: true })], false, 0, undefined],
    ['a closed one is opened', [one({ isClosed: true })], true, 0, 'x'],
    ['an open one before a newer closed one', [one({}), one({ id: 'y', number: 2, isClosed: true })], true, 0, 'x'],
  ])('%s', (_name, candidates, reopenClosedIncident, now, expected) => {
    expect(joined('k', { ...config, reopenClosedIncident }, candidates, now)?.id).toBe(expected)
  })
})

describe('when', () => {
  const timing = { modified: 1_000_000, frequency: 600_000, delay: 300_000 }
  const none: RuleState = { failures: 0 }
  test.each<[string, RuleState, number, readonly number[]]>([
    ['not before the delay', none, 1_299_999, []],
    ['first as of its making', none, 1_300_000, [1_000_000]],
    ['then every period', { failures: 0, lastRun: 1_000_000 }, 1_900_000, [1_600_000]],
    ['not twice', { failures: 0, lastRun: 1_600_000 }, 1_900_000, []],
    ['what was missed is made up for', none, 2_500_000, [1_000_000, 1_600_000, 2_200_000]],
    ['a change begins anew', { failures: 0, lastRun: 900_000 }, 1_300_000, [1_000_000]],
  ])('%s', (_name, state, now, expected) => expect(dueRuns(state, timing, now)).toEqual(expected))
  test('a long standstill leaves twenty', () => {
    expect(dueRuns(none, timing, 1_300_000 + 100 * 600_000)).toHaveLength(20)
  })
  test('a failed run is tried once more, then counted', () => {
    const once = afterRun(none, 5, 'failed')
    expect(once).toEqual({ failures: 0, isRetried: true })
    expect(afterRun(once, 5, 'failed')).toEqual({ failures: 1, lastRun: 5 })
    expect(afterRun({ failures: 3 }, 6, { alerts: 1, suppression: 10 })).toEqual({
      failures: 0,
      lastRun: 6,
      suppressedUntil: 16,
    })
    expect(afterRun(none, 6, { alerts: 0, suppression: 10 })).toEqual({ failures: 0, lastRun: 6 })
  })
})
