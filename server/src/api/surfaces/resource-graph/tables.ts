// The tables of Resource Graph, and the row of each resource: names, types, groups and places as queries expect them.
// https://learn.microsoft.com/azure/governance/resource-graph/reference/supported-tables-resources
import type { Column } from '@conshelf/kql'
import { guidOf } from '../../../core/ids.ts'
import type { ApiParts } from '../../parts.ts'
import { everyResource } from '../arm/every-resource.ts'
import type { ArmDocument } from '../arm/face.ts'

const string = (name: string): Column => ({ name, type: 'string' })
const dynamic = (name: string): Column => ({ name, type: 'dynamic' })

/** The same for every table. */
export const graphColumns: readonly Column[] = [
  ...['id', 'name', 'type', 'tenantId', 'kind', 'location', 'resourceGroup', 'subscriptionId', 'managedBy'].map(string),
  ...['sku', 'plan', 'properties', 'tags', 'identity', 'zones', 'extendedLocation'].map(dynamic),
]

export const containerTable = 'resourcecontainers'

/** Namespaces and types whose resources stand in a table of their own, by the beginning of the type. */
const tableOf: readonly (readonly [type: string, table: string])[] = [
  ['microsoft.resources/subscriptions', containerTable],
  ['microsoft.management/managementgroups', containerTable],
  ['microsoft.security/', 'securityresources'],
  ['microsoft.authorization/policy', 'policyresources'],
  ['microsoft.policyinsights/', 'policyresources'],
  ['microsoft.insights/datacollectionruleassociations', 'insightsresources'],
  ['microsoft.alertsmanagement/alerts', 'alertsmanagementresources'],
  ['microsoft.authorization/role', 'authorizationresources'],
  ['microsoft.advisor/', 'advisorresources'],
  ['microsoft.resourcehealth/', 'healthresources'],
  ['microsoft.maintenance/', 'maintenanceresources'],
]

export const defaultTable = 'resources'
export const graphTables: ReadonlySet<string> = new Set([
  defaultTable,
  ...tableOf.map(([, table]) => table),
  ...['kubernetesconfigurationresources', 'insightsresources', 'servicehealthresources', 'patchassessmentresources'],
])

export type GraphRow = Readonly<Record<string, unknown>> & {
  readonly id: string
  readonly type: string
  readonly subscriptionId: string
}

/** Every resource that there is, by table. */
export async function graphRows(parts: ApiParts, base: string): Promise<ReadonlyMap<string, readonly GraphRow[]>> {
  const rows = new Map<string, GraphRow[]>()
  for (const document of await everyResource(parts, base)) {
    const row = rowOf(document)
    const table = graphTableOf(row.type)
    rows.set(table, [...(rows.get(table) ?? []), row])
  }
  return rows
}

/** The table that holds resources of a type, in lower case. */
export function graphTableOf(type: string): string {
  return tableOf.find(([beginning]) => type.startsWith(beginning))?.[1] ?? defaultTable
}

/** https://learn.microsoft.com/azure/governance/resource-graph/concepts/query-language: type, group and location are in lower case. */
function rowOf({ id, name, type, properties, ...more }: ArmDocument): GraphRow {
  const [, , subscriptionId = '', groups = '', group = ''] = id.split('/')
  const lower = type.toLowerCase()
  const { displayName } = more
  return {
    id,
    name: typeof displayName === 'string' ? displayName : name,
    type: lower === 'microsoft.resources/resourcegroups' ? 'microsoft.resources/subscriptions/resourcegroups' : lower,
    tenantId: tenantOf(properties) ?? guidOf(subscriptionId),
    kind: text(more.kind).toLowerCase(),
    location: text(more.location).toLowerCase(),
    resourceGroup: groups.toLowerCase() === 'resourcegroups' ? group.toLowerCase() : '',
    subscriptionId,
    managedBy: text(more.managedBy),
    ...Object.fromEntries(
      ['sku', 'plan', 'tags', 'identity', 'zones', 'extendedLocation'].map((key) => [key, more[key] ?? null]),
    ),
    properties,
  }
}

function tenantOf(properties: unknown): string | undefined {
  const tenant = (properties as { readonly tenantId?: unknown } | null)?.tenantId
  return typeof tenant === 'string' ? tenant : undefined
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
