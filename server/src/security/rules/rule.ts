// An analytics rule with a query, as it is evaluated. https://learn.microsoft.com/azure/sentinel/create-analytics-rules
import { type Severity, severities } from '../../resources/kinds/sentinel/parts.ts'
import { entityTypeOf } from '../entities/types.ts'
import { type Fields, fieldsOf, type Properties } from './fields.ts'

const minute = 60_000
export const day = 86_400_000

export interface EntityMapping {
  readonly type: string
  readonly fields: readonly { readonly identifier: string; readonly column: string }[]
}

export const matchingMethods = ['AllEntities', 'AnyAlert', 'Selected'] as const

export interface Grouping {
  readonly reopenClosedIncident: boolean
  readonly lookback: number
  readonly method: (typeof matchingMethods)[number]
  readonly entities: readonly string[]
  readonly alertDetails: readonly string[]
  readonly customDetails: readonly string[]
}

export const triggers = {
  GreaterThan: (count: number, threshold: number) => count > threshold,
  LessThan: (count: number, threshold: number) => count < threshold,
  Equal: (count: number, threshold: number) => count === threshold,
  NotEqual: (count: number, threshold: number) => count !== threshold,
} as const
export type Trigger = keyof typeof triggers

export interface QueryRule {
  readonly kind: 'Scheduled' | 'NRT'
  readonly name: string
  readonly description: string
  readonly severity: Severity
  readonly isEnabled: boolean
  readonly query: string
  readonly frequency: number
  readonly period: number
  readonly trigger: Trigger
  readonly threshold: number
  /** Milliseconds after an alert in which it does not run; 0: none. */
  readonly suppression: number
  readonly tactics: readonly string[]
  readonly techniques: readonly string[]
  readonly mappings: readonly EntityMapping[]
  /** Column by name. */
  readonly customDetails: Readonly<Record<string, string>>
  readonly nameFormat?: string
  readonly descriptionFormat?: string
  readonly severityColumn?: string
  readonly tacticsColumn?: string
  readonly isPerResult: boolean
  readonly createsIncident: boolean
  readonly grouping?: Grouping
}

export const tacticNames = [
  ...['Reconnaissance', 'ResourceDevelopment', 'InitialAccess', 'Execution', 'Persistence', 'PrivilegeEscalation'],
  ...['DefenseEvasion', 'CredentialAccess', 'Discovery', 'LateralMovement', 'Collection', 'Exfiltration'],
  ...['CommandAndControl', 'Impact', 'PreAttack', 'ImpairProcessControl', 'InhibitResponseFunction'],
]

const kindName = 'alert rule'
export const ruleFields = fieldsOf(kindName)

/** Throws InvalidResource with the place of what does not hold. */
export function queryRule(kind: 'Scheduled' | 'NRT', properties: Properties): QueryRule {
  const f = ruleFields
  const query = f.needed('query', f.text(properties, 'query', 10_000))
  const times = kind === 'NRT' ? nearRealTime : scheduled(f, properties)
  const suppressed = f.flag(properties, 'suppressionEnabled') ?? false
  const suppression = f.duration(properties, 'suppressionDuration', 5 * minute, day)
  return {
    kind,
    name: f.needed('displayName', f.text(properties, 'displayName', 256)),
    description: f.text(properties, 'description', 5_000) ?? '',
    severity: f.needed('severity', f.oneOf(properties, 'severity', severities)),
    isEnabled: f.flag(properties, 'enabled') ?? true,
    query,
    ...times,
    suppression: suppressed ? f.needed('suppressionDuration', suppression) : 0,
    ...attack(f, properties),
    mappings: mappingsOf(f, properties),
    customDetails: customDetailsOf(f, properties),
    ...overrides(f, properties),
    isPerResult: aggregation(f, properties) === 'AlertPerResult',
    ...incidents(f, properties),
  }
}

const nearRealTime = { frequency: minute, period: minute, trigger: 'GreaterThan' as const, threshold: 0 }

function scheduled(f: Fields, properties: Properties) {
  const frequency = f.needed('queryFrequency', f.duration(properties, 'queryFrequency', 5 * minute, 14 * day))
  const period = f.needed('queryPeriod', f.duration(properties, 'queryPeriod', 5 * minute, 14 * day))
  if (period < frequency) f.fail('queryPeriod', 'must not be shorter than queryFrequency')
  if (period >= 2 * day && frequency < 60 * minute)
    f.fail('queryFrequency', 'must be an hour or more where queryPeriod is 2 days or more')
  const names = Object.keys(triggers) as Trigger[]
  const trigger = f.needed('triggerOperator', f.oneOf(properties, 'triggerOperator', names))
  const threshold = f.needed('triggerThreshold', properties.triggerThreshold)
  if (typeof threshold !== 'number' || !Number.isInteger(threshold) || threshold < 0 || threshold > 10_000)
    return f.fail('triggerThreshold', 'must be a whole number from 0 to 10,000')
  return { frequency, period, trigger, threshold }
}

function attack(f: Fields, properties: Properties) {
  const names = (path: string, isKnown: (name: string) => boolean): string[] =>
    f.list(properties, path).map((name, at) => {
      if (typeof name !== 'string' || !isKnown(name)) return f.fail(`${path}/${at}`, `'${name}' is not known`)
      return name
    })
  return {
    tactics: names('tactics', (name) => tacticNames.includes(name)),
    techniques: names('techniques', (name) => /^T\d{4}(\.\d{3})?$/.test(name)),
  }
}

function mappingsOf(f: Fields, properties: Properties): readonly EntityMapping[] {
  return f.list(properties, 'entityMappings', 10).map((given, at) => {
    const path = `entityMappings/${at}`
    const mapping = given as Properties
    const typeName = f.needed(`${path}/entityType`, f.text(mapping, `${path}/entityType`))
    const known = entityTypeOf(typeName)
    if (!known) return f.fail(`${path}/entityType`, `'${typeName}' is no type of entity`)
    const [type, { strong, weak }] = known
    const given3 = f.list(mapping, `${path}/fieldMappings`, 3)
    if (given3.length === 0) f.fail(`${path}/fieldMappings`, 'must have 1 to 3 entries')
    const fields = given3.map((each, i) => {
      const place = `${path}/fieldMappings/${i}`
      const field = each as Properties
      const identifier = f.needed(`${place}/identifier`, f.oneOf(field, `${place}/identifier`, [...strong, ...weak]))
      return { identifier, column: f.needed(`${place}/columnName`, f.text(field, `${place}/columnName`)) }
    })
    if (!fields.some(({ identifier }) => strong.includes(identifier)))
      f.fail(`${path}/fieldMappings`, `needs one of ${strong.join(', ')}`)
    return { type, fields }
  })
}

function customDetailsOf(f: Fields, properties: Properties): Readonly<Record<string, string>> {
  const given = Object.entries(f.object(properties, 'customDetails') ?? {})
  if (given.length > 20) f.fail('customDetails', 'must not have more than 20 entries')
  for (const [name, column] of given) {
    if (!/^[A-Za-z]\w{0,19}$/.test(name))
      f.fail(`customDetails/${name}`, 'is no name: a letter, then up to 19 letters, digits and _')
    if (typeof column !== 'string') f.fail(`customDetails/${name}`, 'must be the name of a column')
  }
  return Object.fromEntries(given) as Record<string, string>
}

function overrides(f: Fields, properties: Properties) {
  const given = f.object(properties, 'alertDetailsOverride') ?? {}
  const path = (name: string) => `alertDetailsOverride/${name}`
  const format = (name: string, most: number): string | undefined => {
    const text = f.text(given, path(name), most)
    if (text && columnsIn(text).length > 3) f.fail(path(name), 'must not name more than 3 columns')
    return text
  }
  const nameFormat = format('alertDisplayNameFormat', 256)
  const descriptionFormat = format('alertDescriptionFormat', 5_000)
  const severityColumn = f.text(given, path('alertSeverityColumnName'))
  const tacticsColumn = f.text(given, path('alertTacticsColumnName'))
  return {
    ...(nameFormat ? { nameFormat } : {}),
    ...(descriptionFormat ? { descriptionFormat } : {}),
    ...(severityColumn ? { severityColumn } : {}),
    ...(tacticsColumn ? { tacticsColumn } : {}),
  }
}

const placeholder = /\{\{\s*([^{}]+?)\s*\}\}/g
export const columnsIn = (format: string): readonly string[] =>
  [...format.matchAll(placeholder)].map((match) => match[1] ?? '')
export const filled = (format: string, cell: (column: string) => string): string =>
  format.replace(placeholder, (_, column: string) => cell(column))

function aggregation(f: Fields, properties: Properties): string | undefined {
  const given = f.object(properties, 'eventGroupingSettings') ?? {}
  return f.oneOf(given, 'eventGroupingSettings/aggregationKind', ['SingleAlert', 'AlertPerResult'])
}

function incidents(f: Fields, properties: Properties): Pick<QueryRule, 'createsIncident' | 'grouping'> {
  const configuration = f.object(properties, 'incidentConfiguration') ?? {}
  const createsIncident = f.flag(configuration, 'incidentConfiguration/createIncident') ?? true
  const at = (name: string) => `incidentConfiguration/groupingConfiguration/${name}`
  const given = f.object(configuration, 'incidentConfiguration/groupingConfiguration') ?? {}
  const method = f.oneOf(given, at('matchingMethod'), matchingMethods) ?? 'AnyAlert'
  const names = (name: string) => f.list(given, at(name)).map(String)
  const grouping: Grouping = {
    reopenClosedIncident: f.flag(given, at('reopenClosedIncident')) ?? false,
    lookback: f.duration(given, at('lookbackDuration'), 5 * minute, 7 * day) ?? 5 * 60 * minute,
    method,
    entities: names('groupByEntities'),
    alertDetails: names('groupByAlertDetails'),
    customDetails: names('groupByCustomDetails'),
  }
  for (const [i, name] of grouping.alertDetails.entries())
    if (!['DisplayName', 'Severity'].includes(name))
      f.fail(`${at('groupByAlertDetails')}/${i}`, `'${name}' is none of DisplayName, Severity`)
  const selected = [grouping.entities, grouping.alertDetails, grouping.customDetails].flat()
  if (method === 'Selected' && selected.length === 0)
    f.fail(
      at('matchingMethod'),
      'Selected needs at least one of groupByEntities, groupByAlertDetails, groupByCustomDetails',
    )
  const isOn = f.flag(given, at('enabled')) ?? false
  return { createsIncident, ...(isOn ? { grouping } : {}) }
}
