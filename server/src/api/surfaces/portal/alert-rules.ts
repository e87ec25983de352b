// GET /conshelf/alert-rules: the log alert rules with what Azure keeps elsewhere: health, last and next run, open alerts.
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import type { KnownRule } from '../../../alerts/rules.ts'
import { nextRun } from '../../../alerts/schedule.ts'
import type { ApiParts } from '../../parts.ts'
import { tags } from './schemas.ts'

const rule = Type.Object({
  id: Type.String({ description: 'ARM id' }),
  name: Type.String(),
  description: Type.String(),
  severity: Type.Integer(),
  enabled: Type.Boolean(),
  scope: Type.String({ description: 'ARM id' }),
  query: Type.String(),
  condition: Type.String({ description: 'to be read by people' }),
  frequencyMinutes: Type.Integer(),
  windowMinutes: Type.Integer(),
  stateful: Type.Boolean(),
  actionGroups: Type.Array(Type.String()),
  openAlerts: Type.Integer(),
  health: Type.Object({ state: Type.String(), detail: Type.String(), since: Type.String() }),
  lastRun: Type.Optional(Type.String()),
  nextRun: Type.Optional(Type.String()),
})

export function alertRulesRoute(scope: FastifyInstance, { alerting }: ApiParts): void {
  const response = { 200: Type.Object({ rules: Type.Array(rule) }) }
  const schema = { tags, summary: 'Log alert rules and how they are', response }
  scope.get('/conshelf/alert-rules', { schema }, async () => ({ rules: (await alerting.rules.list()).map(shown) }))
}

const minute = 60_000
const timeText = (millis: number): string => new Date(millis).toISOString()

function shown({ rule: one, state }: KnownRule) {
  const { condition, enabled } = one
  const health = enabled ? state.health : { state: 'Disabled', detail: '', since: state.since }
  return {
    id: one.id,
    name: one.name,
    description: one.description,
    severity: one.severity,
    enabled,
    scope: one.scope,
    query: condition.query,
    condition: conditionText(one),
    frequencyMinutes: one.frequency / minute,
    windowMinutes: one.window / minute,
    stateful: one.stateful,
    actionGroups: one.actionGroups,
    openAlerts: Object.values(state.series).filter(({ alert }) => alert !== undefined).length,
    health: { ...health, since: timeText(health.since) },
    ...(state.lastRun === undefined ? {} : { lastRun: timeText(state.lastRun) }),
    ...(enabled ? { nextRun: timeText(nextRun(state, one.frequency)) } : {}),
  }
}

const signs = { Equals: '=', GreaterThan: '>', GreaterThanOrEqual: '≥', LessThan: '<', LessThanOrEqual: '≤' } as const

function conditionText({ condition }: KnownRule['rule']): string {
  const { aggregation, measure, operator, threshold, dimensions, periods, minFailing } = condition
  const what = measure === undefined ? 'Rows' : `${aggregation} of ${measure}`
  const by = dimensions.length === 0 ? '' : ` by ${dimensions.map(({ name }) => name).join(', ')}`
  const often = periods === 1 ? '' : `, in ${minFailing} of ${periods} windows`
  return `${what} ${signs[operator]} ${threshold}${by}${often}`
}
