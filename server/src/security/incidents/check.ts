// What an incident must have beyond its schema, and the part of a client's properties that is the client's to say.
// https://learn.microsoft.com/rest/api/securityinsights/incidents/create-or-update
import { parseInstant } from '../../core/time-range.ts'
import { classifications, type IncidentProperties } from '../../resources/kinds/sentinel/incident.ts'
import { InvalidResource } from '../../resources/resource.ts'

const ownProperties = [
  ...['title', 'description', 'severity', 'status', 'owner', 'labels', 'firstActivityTimeUtc', 'lastActivityTimeUtc'],
  ...['classification', 'classificationReason', 'classificationComment'],
] as const

/** Values that nobody has looked at yet; the schema is compared when it is stored. */
export function ownPropertiesOf(given: unknown): Record<string, unknown> {
  const all = typeof given === 'object' && given !== null ? (given as Record<string, unknown>) : {}
  return Object.fromEntries(ownProperties.filter((name) => Object.hasOwn(all, name)).map((name) => [name, all[name]]))
}

const fault = (property: string, reason: string) => new InvalidResource('incident', `/properties/${property}`, reason)

/**
 * A closed incident has a classification, and with it a reason if there are several to choose from; where there is one, that is
 * it.
 */
export function settled(given: Record<string, unknown>): Record<string, unknown> {
  for (const name of ['firstActivityTimeUtc', 'lastActivityTimeUtc']) {
    const time = given[name]
    if (typeof time === 'string' && parseInstant(time) === undefined) throw fault(name, `'${time}' is no time`)
  }
  const { classification, classificationReason: reason, status } = given as Partial<IncidentProperties>
  if (!classification) {
    if (status === 'Closed') throw fault('classification', 'is required when an incident is closed')
    if (reason) throw fault('classificationReason', 'has no classification beside it')
    return given
  }
  const reasons: readonly string[] | undefined = classifications[classification]
  if (!reasons) return given
  const choice = reasons.join(' or ')
  if (reason && !reasons.includes(reason))
    throw fault('classificationReason', `'${reason}' is no reason of ${classification}${choice && `: ${choice}`}`)
  if (reason || reasons.length === 0 || status !== 'Closed') return given
  if (reasons.length > 1)
    throw fault('classificationReason', `classification '${classification}' must have a reason: ${choice}`)
  return { ...given, classificationReason: reasons[0] }
}
