// Which alerts the page shows: a part of its address, so that a view can be sent to somebody.
import type { Alert, AlertRange } from '../../api/alerts.ts'

export const ranges: readonly (readonly [AlertRange, string])[] = [
  ['1h', 'Past hour'],
  ['1d', 'Past 24 hours'],
  ['7d', 'Past 7 days'],
  ['30d', 'Past 30 days'],
]

export interface AlertFilters {
  readonly range: AlertRange
  readonly severity: string
  readonly condition: string
  readonly response: string
  /** Found in the rule's name, the target or a dimension. */
  readonly text: string
}

export function filtersOf(parameters: URLSearchParams): AlertFilters {
  const asked = parameters.get('range')
  return {
    range: ranges.find(([range]) => range === asked)?.[0] ?? '1d',
    severity: parameters.get('severity') ?? '',
    condition: parameters.get('condition') ?? '',
    response: parameters.get('response') ?? '',
    text: parameters.get('text') ?? '',
  }
}

/** Everything but `severity`, whose numbers stand above the list. */
export function fits(alert: Alert, { condition, response, text }: AlertFilters): boolean {
  const { essentials } = alert.properties
  return (
    (condition === '' || essentials.monitorCondition === condition) &&
    (response === '' || essentials.alertState === response) &&
    (text === '' || textsOf(alert).some((one) => one.toLowerCase().includes(text.toLowerCase())))
  )
}

const textsOf = (alert: Alert): readonly string[] => [
  ruleNameOf(alert),
  alert.properties.essentials.targetResource,
  dimensionsOf(alert),
]

export const ruleNameOf = ({ properties }: Alert): string => properties.alertRuleName

export function dimensionsOf({ properties }: Alert): string {
  const [first] = properties.context.context.condition.allOf
  return (first?.dimensions ?? []).map(({ name, value }) => `${name}: ${value || '(empty)'}`).join(', ')
}

export const levelOf = ({ properties }: Alert): number => Number(properties.essentials.severity.slice(3))
