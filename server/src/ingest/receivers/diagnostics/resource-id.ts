// What an ARM id says, in the forms that Azure's tables use. Used by all rows that come from a resource.
// https://learn.microsoft.com/azure/azure-monitor/reference/tables/azurediagnostics

export interface ResourceParts {
  /** Upper case, as AzureDiagnostics has it; so are the parts, but for the subscription. */
  readonly id: string
  readonly subscriptionId: string
  readonly resourceGroup: string
  readonly provider: string
  /** Without the provider: `SERVERS/DATABASES`. */
  readonly type: string
  readonly name: string
  /** `microsoft.sql/servers/databases`. */
  readonly fullType: string
}

const known = new Map<string, ResourceParts>()
const most = 5_000

export function resourceParts(id: string): ResourceParts {
  const found = known.get(id)
  if (found) return found
  if (known.size >= most) known.clear()
  const made = readParts(id)
  known.set(id, made)
  return made
}

/** Of an id within a provider inside another one's, the last counts. */
function readParts(id: string): ResourceParts {
  const upper = id.toUpperCase()
  const [scope = '', ...providers] = upper.split('/PROVIDERS/')
  const [provider = '', ...steps] = (providers.at(-1) ?? '').split('/')
  const type = steps.filter((_, index) => index % 2 === 0).join('/')
  return {
    id: upper,
    subscriptionId: (/^\/SUBSCRIPTIONS\/([^/]+)/.exec(scope)?.[1] ?? '').toLowerCase(),
    resourceGroup: /\/RESOURCEGROUPS\/([^/]+)/.exec(scope)?.[1] ?? '',
    provider,
    type,
    name: steps.length >= 2 ? (steps.at(-1) ?? '') : '',
    fullType: `${provider}/${type}`.toLowerCase(),
  }
}
