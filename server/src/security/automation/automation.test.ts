import { expect, test } from 'vitest'
import { parseInstant } from '../../core/time-range.ts'
import type { IncidentView } from '../incidents/view.ts'
import { modifications } from './apply.ts'

const incident: IncidentView = {
  id: '/w/incidents/i',
  body: {
    properties: { title: 'Door is open', severity: 'High', status: 'New', labels: [{ labelName: 'night' }] },
    record: {
      number: 1,
      created: '',
      modified: '',
      modifiedBy: '',
      url: '',
      provider: 'Azure Sentinel',
      rules: ['/w/alertRules/r1'],
    },
  },
  comments: [],
  relations: [],
}
const condition = (propertyName: string, operator: string, ...propertyValues: string[]) => ({
  conditionType: 'Property',
  conditionProperties: { propertyName, operator, propertyValues },
})
const rule = (order: number, actionConfiguration: object, logic: object = {}) => ({
  id: `/w/automationRules/${order}`,
  properties: {
    displayName: `rule ${order}`,
    order,
    triggeringLogic: { isEnabled: true, triggersOn: 'Incidents', triggersWhen: 'Created', ...logic },
    actions: [{ actionType: 'ModifyProperties', order: 1, actionConfiguration }],
  },
})
const now = parseInstant('2026-01-02T00:00:00Z') ?? 0n
const low = { severity: 'Low' }

test.each<[string, object, number]>([
  ['no condition', {}, 1],
  ['disabled', { isEnabled: false }, 0],
  ['expired', { expirationTimeUtc: '2026-01-01T00:00:00Z' }, 0],
  ['not expired', { expirationTimeUtc: '2026-01-03T00:00:00Z' }, 1],
  ['on updates', { triggersWhen: 'Updated' }, 0],
  ['a title that contains', { conditions: [condition('IncidentTitle', 'Contains', 'OPEN')] }, 1],
  ['a title that does not', { conditions: [condition('IncidentTitle', 'NotContains', 'open')] }, 0],
  ['one of several', { conditions: [condition('IncidentSeverity', 'Equals', 'Low', 'High')] }, 1],
  ['none of several', { conditions: [condition('IncidentSeverity', 'NotEquals', 'Low', 'High')] }, 0],
  [
    'all conditions',
    { conditions: [condition('IncidentStatus', 'Equals', 'New'), condition('IncidentTitle', 'EndsWith', 'x')] },
    0,
  ],
  ['a label', { conditions: [condition('IncidentLabel', 'Equals', 'night')] }, 1],
  ['the rule', { conditions: [condition('IncidentRelatedAnalyticRuleIds', 'Contains', 'r1')] }, 1],
  ['what is not known', { conditions: [condition('AccountName', 'Equals', 'x')] }, 0],
])('%s', (_name, logic, count) => expect(modifications([rule(1, low, logic)], incident, now)).toHaveLength(count))

test('in their order, each on what the one before left', () => {
  const second = rule(
    2,
    { status: 'Active', labels: [{ labelName: 'night' }, { labelName: 'seen' }] },
    {
      conditions: [condition('IncidentSeverity', 'Equals', 'Low')],
    },
  )
  const made = modifications([second, rule(1, low)], incident, now)
  expect(made.map(({ by }) => by)).toEqual(['Automation rule - rule 1', 'Automation rule - rule 2'])
  expect(made[1]?.properties).toMatchObject({
    severity: 'Low',
    status: 'Active',
    labels: [{ labelName: 'night' }, { labelName: 'seen' }],
  })
})
