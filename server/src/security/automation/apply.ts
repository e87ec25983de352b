// What automation rules make of a new incident. Pure: each rule in its order sees what those before it left.
// https://learn.microsoft.com/azure/sentinel/automate-incident-handling-with-automation-rules
import { parseInstant } from '../../core/time-range.ts'
import { type IncidentView, incidentProperties } from '../incidents/view.ts'
import { nameOf } from '../parts.ts'
import type { Properties } from '../rules/fields.ts'

export interface AutomationRule {
  readonly id: string
  /** Checked when it was put. */
  readonly properties: Properties
}

export interface Modification {
  /** The rule, as ModifiedBy names it. */
  readonly by: string
  readonly properties: Record<string, unknown>
}

type Own = Record<string, unknown>

/** Those that apply, in their order. `now` in ticks. */
export function modifications(rules: readonly AutomationRule[], incident: IncidentView, now: bigint): Modification[] {
  const due = rules
    .filter(({ properties }) => isDue(properties.triggeringLogic as Properties, now))
    .toSorted((a, b) => Number(a.properties.order) - Number(b.properties.order) || (a.id < b.id ? -1 : 1))
  const made: Modification[] = []
  let own: Own = incident.body.properties
  for (const { properties } of due) {
    const { conditions = [] } = properties.triggeringLogic as { readonly conditions?: readonly Properties[] }
    const seen = { ...incident, body: { ...incident.body, properties: own } } as IncidentView
    if (!conditions.every((condition) => holds(condition, seen))) continue
    const actions = (properties.actions as readonly Properties[])
      .filter(({ actionType }) => actionType === 'ModifyProperties')
      .toSorted((a, b) => Number(a.order) - Number(b.order))
    const after = actions.reduce<Own>((known, action) => modified(known, action.actionConfiguration as Own), own)
    if (after === own) continue
    own = after
    made.push({ by: `Automation rule - ${properties.displayName}`, properties: own })
  }
  return made
}

function isDue(logic: Properties, now: bigint): boolean {
  const { isEnabled, triggersOn, triggersWhen, expirationTimeUtc: expiry } = logic
  const isOver = typeof expiry === 'string' && (parseInstant(expiry) ?? now) <= now
  return isEnabled === true && triggersOn === 'Incidents' && triggersWhen === 'Created' && !isOver
}

/** Values of the properties that conditions may name. */
const valuesOf: Readonly<Record<string, (incident: IncidentView) => readonly string[]>> = {
  IncidentTitle: ({ body }) => [body.properties.title],
  IncidentDescription: ({ body }) => [body.properties.description ?? ''],
  IncidentSeverity: ({ body }) => [body.properties.severity],
  IncidentStatus: ({ body }) => [body.properties.status],
  IncidentProviderName: ({ body }) => [body.record.provider],
  IncidentLabel: ({ body }) => (body.properties.labels ?? []).map(({ labelName }) => labelName),
  IncidentTactics: (incident) =>
    (incidentProperties(incident, '') as { additionalData: { tactics: string[] } }).additionalData.tactics,
  IncidentRelatedAnalyticRuleIds: ({ body }) => body.record.rules.flatMap((rule) => [rule, nameOf(rule)]),
}

const comparisons: Readonly<Record<string, (value: string, wanted: string) => boolean>> = {
  Equals: (value, wanted) => value === wanted,
  Contains: (value, wanted) => value.includes(wanted),
  StartsWith: (value, wanted) => value.startsWith(wanted),
  EndsWith: (value, wanted) => value.endsWith(wanted),
}

/** Any of the values matches any of those wanted; with `Not`, none does. Conditions that are not known never hold. */
function holds({ conditionType, conditionProperties }: Properties, incident: IncidentView): boolean {
  const { propertyName, operator, propertyValues } = (conditionProperties ?? {}) as Properties
  const values = valuesOf[String(propertyName)]?.(incident)
  const isNot = String(operator).startsWith('Not')
  const compare = comparisons[String(operator).replace(/^Not/, '')]
  if (conditionType !== 'Property' || !values || !compare || !Array.isArray(propertyValues)) return false
  const wanted = propertyValues.map((value) => String(value).toLowerCase())
  return isNot !== values.some((value) => wanted.some((each) => compare(value.toLowerCase(), each)))
}

/** The same object where nothing changes. */
function modified(own: Own, given: Own | undefined): Own {
  const { severity, status, classification, classificationReason, classificationComment, owner, labels } = given ?? {}
  const changes: Own = {}
  if (severity) changes.severity = severity
  if (status) changes.status = status
  if (status === 'Closed' && classification)
    Object.assign(changes, {
      classification,
      ...(classificationReason ? { classificationReason } : {}),
      ...(classificationComment ? { classificationComment } : {}),
    })
  if (owner) changes.owner = owner
  if (Array.isArray(labels) && labels.length > 0)
    changes.labels = union((own.labels ?? []) as Label[], labels as Label[])
  return Object.keys(changes).length === 0 ? own : { ...own, ...changes }
}

interface Label {
  readonly labelName: string
}

const union = (known: readonly Label[], added: readonly Label[]): readonly Label[] => [
  ...known,
  ...added.filter(({ labelName }) => !known.some((label) => label.labelName === labelName)),
]
