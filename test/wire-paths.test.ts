// Every path of the protocols that clients already speak has a scenario of success and one of refusal (e2e/scenarios).
import { describe, expect, test } from 'vitest'
import { methodOf, readScenarios, type Scenario } from '../e2e/scenario-files.ts'

/** Method, path with `*` for a segment and `**` for any number of them. */
const paths = [
  // Azure Monitor query API
  'POST /v1/workspaces/*/query',
  'GET /v1/workspaces/*/query',
  'POST /v1/subscriptions/**/query',
  'GET /v1/subscriptions/**/query',
  'POST /subscriptions/**/providers/Microsoft.Insights/logs',
  'POST /subscriptions/**/workspaces/*/query',
  'POST /subscriptions/**/workspaces/*/api/query',
  'POST /v1/$batch',
  'GET /v1/workspaces/*/metadata',
  'POST /v1/workspaces/*/metadata',
  'GET /v1/subscriptions/**/metadata',
  'POST /v1/workspaces/*/search',
  // Kusto
  'POST /v2/rest/query',
  'GET /v2/rest/query',
  'POST /v1/rest/query',
  'GET /v1/rest/query',
  'POST /v1/rest/mgmt',
  'POST /v1/rest/ingest/*/*',
  // Ingestion
  'POST /dataCollectionRules/*/streams/*',
  'POST /api/logs',
  'POST /v1/logs',
  'POST /v1/metrics',
  'POST /v1/traces',
  'POST /dataCollectionRules/*/streams/*/otlp/v1/logs',
  'POST /api/v1/write',
  'POST /k8s-audit',
  'POST /ingest/azure-diagnostics',
  'POST /ingest/json/*',
  // Resource Manager
  'GET /subscriptions',
  'GET /subscriptions/*/providers/Microsoft.OperationalInsights/workspaces',
  'GET /subscriptions/*/resourceGroups/*/providers/Microsoft.OperationalInsights/workspaces',
  'GET /subscriptions/**/workspaces/*',
  'PUT /subscriptions/**/workspaces/*',
  'PATCH /subscriptions/**/workspaces/*',
  'DELETE /subscriptions/**/workspaces/*',
  'POST /subscriptions/**/workspaces/*/sharedKeys',
  'GET /subscriptions/**/workspaces/*/tables',
  'GET /subscriptions/**/workspaces/*/tables/*',
  'PUT /subscriptions/**/workspaces/*/tables/*',
  'PATCH /subscriptions/**/workspaces/*/tables/*',
  'DELETE /subscriptions/**/workspaces/*/tables/*',
  'GET /subscriptions/**/workspaces/*/savedSearches',
  'GET /subscriptions/**/workspaces/*/savedSearches/*',
  'PUT /subscriptions/**/workspaces/*/savedSearches/*',
  'DELETE /subscriptions/**/workspaces/*/savedSearches/*',
  ...['dataCollectionRules', 'dataCollectionEndpoints', 'scheduledQueryRules', 'actionGroups'].flatMap((type) => [
    `GET /subscriptions/*/providers/Microsoft.Insights/${type}`,
    `GET /subscriptions/*/resourceGroups/*/providers/Microsoft.Insights/${type}`,
    ...['GET', 'PUT', 'PATCH', 'DELETE'].map(
      (method) => `${method} /subscriptions/*/resourceGroups/*/providers/Microsoft.Insights/${type}/*`,
    ),
  ]),
  'GET /subscriptions/**/providers/Microsoft.AlertsManagement/alerts',
  'GET /subscriptions/**/providers/Microsoft.AlertsManagement/alerts/*',
  'POST /subscriptions/**/providers/Microsoft.AlertsManagement/alerts/*/changestate',
  'GET /subscriptions/**/providers/Microsoft.AlertsManagement/alerts/*/history',
  'GET /subscriptions/**/providers/Microsoft.AlertsManagement/alertsSummary',
  // Microsoft Sentinel
  ...[
    'GET incidents',
    'GET incidents/*',
    'PUT incidents/*',
    'DELETE incidents/*',
    'GET incidents/*/comments',
    'GET incidents/*/comments/*',
    'PUT incidents/*/comments/*',
    'DELETE incidents/*/comments/*',
    'POST incidents/*/alerts',
    'POST incidents/*/bookmarks',
    'POST incidents/*/entities',
    'GET incidents/*/relations',
    'GET incidents/*/relations/*',
    'PUT incidents/*/relations/*',
    'DELETE incidents/*/relations/*',
    ...['bookmarks', 'alertRules', 'watchlists', 'watchlists/*/watchlistItems'].flatMap((type) => [
      `GET ${type}`,
      `GET ${type}/*`,
      `PUT ${type}/*`,
      `DELETE ${type}/*`,
    ]),
  ].map((path) => path.replace(' ', ' /subscriptions/**/workspaces/*/providers/Microsoft.SecurityInsights/')),
  // Resource Graph
  'POST /providers/Microsoft.ResourceGraph/resources',
] as const

/** Deleting what is not there is no refusal (204), and lists of what is not there are empty. */
const neverRefused = /^DELETE |^GET \/subscriptions\/\*(\/resourceGroups\/\*)?\/providers\/[^/]+\/[^/]+$/

interface Seen {
  readonly call: string
  readonly status: number
}

/** In paths, a kept text is what it was kept from: the resource of a request, or one of a list. */
function callsOf(scenarios: readonly Scenario[]): readonly Seen[] {
  const kept = new Map<string, string>()
  return scenarios.map(({ request, response, keep = {} }) => {
    const path = (request.path.split('?')[0] ?? '')
      .replaceAll(/<(\w+)>/g, (_, name: string) => kept.get(name) ?? 'kept')
      .replaceAll(/\/{2,}/g, '/')
    for (const [name, pointer] of Object.entries(keep))
      if (pointer.endsWith('/id')) kept.set(name, pointer.startsWith('/value') ? `${path}/kept` : path)
    return { call: `${methodOf(request)} ${path}`, status: response.status }
  })
}

function matcher(path: string): RegExp {
  const source = path
    .replaceAll(/[.$]/g, '\\$&')
    .replaceAll('**', '\u0000')
    .replaceAll('*', '[^/]+')
    .replaceAll('\u0000', '.+')
  return new RegExp(`^${source}$`, 'i')
}

describe('paths of the wire contract have scenarios', () => {
  const all = readScenarios().flatMap(({ scenarios }) => callsOf(scenarios))
  test.each(paths)('%s', (path) => {
    const statuses = all.filter(({ call }) => matcher(path).test(call)).map(({ status }) => status)
    expect(
      statuses.some((status) => status < 300),
      'no scenario of success',
    ).toBe(true)
    if (!neverRefused.test(path))
      expect(
        statuses.some((status) => status >= 400),
        'no scenario of refusal',
      ).toBe(true)
  })
})
