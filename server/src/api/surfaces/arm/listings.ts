// Lists across types: resources of a scope, providers, tenants. https://learn.microsoft.com/rest/api/resources/resources/list
import { ServerError } from '../../../core/errors.ts'
import { graphTableOf } from '../resource-graph/tables.ts'
import { everyResource } from './every-resource.ts'
import type { ArmDocument, ArmRequest } from './face.ts'
import { faceOf, ownFaces } from './faces/index.ts'
import { subscriptions } from './faces/subscriptions.ts'
import { paged, parameter } from './pages.ts'
import { isReadable } from './rights.ts'

/** A request without the path of a resource. */
export type ListingCall = Omit<ArmRequest, 'path'> & { readonly url: string; readonly address: string }

interface Listing {
  readonly path: RegExp
  answer(call: ListingCall, words: readonly string[]): Promise<unknown>
}

const listings: readonly Listing[] = [
  { path: /^(\/subscriptions\/[^/]+(?:\/resourcegroups\/[^/]+)?)\/resources$/i, answer: resourcesOf },
  { path: /^(?:\/subscriptions\/[^/]+)?\/providers$/i, answer: async (call) => ({ value: providers(call) }) },
  { path: /^(?:\/subscriptions\/[^/]+)?\/providers\/([^/]+)$/i, answer: async (call, [name]) => provider(call, name) },
  { path: /^\/tenants$/i, answer: tenants },
  { path: /^\/subscriptions\/[^/]+\/locations$/i, answer: async () => ({ value: [] }) },
]

/** Undefined: the path is none of these. */
export function listingOf(url: string): ((call: ListingCall) => Promise<unknown>) | undefined {
  for (const { path, answer } of listings) {
    const words = path.exec(url)
    if (words) return (call) => answer(call, words.slice(1))
  }
  return undefined
}

async function resourcesOf(call: ListingCall, [scope = '']: readonly string[]): Promise<unknown> {
  const all = await everyResource(call.parts, call.base)
  const beginning = `${scope}/`.toLowerCase()
  const filter = filterOf(parameter(call.query, '$filter') ?? '')
  const shown = all.filter(
    (document) =>
      document.id.toLowerCase().startsWith(beginning) &&
      graphTableOf(document.type.toLowerCase()) === 'resources' &&
      isReadable({ type: document.type }, call.principal, document) &&
      filter(document),
  )
  return paged(shown.map(withoutProperties), call.query, call.address)
}

/** As documented, lists of resources have no properties. */
function withoutProperties({ properties: _properties, etag: _etag, systemData: _system, ...rest }: ArmDocument) {
  return rest as ArmDocument
}

const fields: Readonly<Record<string, (document: ArmDocument) => string>> = {
  resourcetype: ({ type }) => type,
  resourcegroup: ({ id }) => id.split('/')[4] ?? '',
  name: ({ name }) => name,
  location: ({ location }) => String(location ?? ''),
}
const comparison = /^(\w+)\s+(eq|ne)\s+'((?:[^']|'')*)'$/i
const substring = /^substringof\(\s*'((?:[^']|'')*)'\s*,\s*(\w+)\s*\)$/i
const tag = /^tagName\s+eq\s+'((?:[^']|'')*)'(?:\s+and\s+tagValue\s+eq\s+'((?:[^']|'')*)')?$/i

/** Conditions joined by `and`. Throws armInvalid for what the list does not know. */
function filterOf(text: string): (document: ArmDocument) => boolean {
  const trimmed = text.trim()
  if (trimmed === '') return () => true
  const tagged = tag.exec(trimmed)
  if (tagged)
    return ({ tags }) => hasTag(tags, plain(tagged[1]), tagged[2] === undefined ? undefined : plain(tagged[2]))
  const conditions = trimmed.split(/\s+and\s+(?=(?:[^']|'[^']*')*$)/i).map(conditionOf)
  return (document) => conditions.every((holds) => holds(document))
}

function conditionOf(text: string): (document: ArmDocument) => boolean {
  const part = substring.exec(text.trim())
  const [, name = '', operator = 'contains', value = ''] = part
    ? ['', part[2], undefined, part[1]]
    : (comparison.exec(text.trim()) ?? [])
  const field = fields[name.toLowerCase()]
  if (!field)
    throw new ServerError('armInvalid', {
      reason: `$filter: '${text}' is not understood; it takes resourceType, resourceGroup, name and location with eq, ne or substringof, joined by and, or tagName with tagValue`,
    })
  const wanted = plain(value).toLowerCase()
  return (document) => {
    const own = field(document).toLowerCase()
    if (operator === 'contains') return own.includes(wanted)
    return (own === wanted) === (operator.toLowerCase() === 'eq')
  }
}

const plain = (text = ''): string => text.replaceAll("''", "'")

function hasTag(tags: unknown, name: string, value: string | undefined): boolean {
  const found = Object.entries(tags ?? {}).find(([known]) => known.toLowerCase() === name.toLowerCase())
  return found !== undefined && (value === undefined || String(found[1]) === value)
}

/** The namespaces of the types that are known; others are inventory and need no registration. */
function providers({ parts }: ListingCall): readonly object[] {
  const types = Map.groupBy(ownFaces(parts), ({ type }) => type.split('/')[0] ?? '')
  return [...types]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([namespace, faces]) => ({
      id: `/providers/${namespace}`,
      namespace,
      registrationState: 'Registered',
      resourceTypes: faces.map(({ type }) => ({
        resourceType: type.slice(namespace.length + 1),
        locations: [],
        apiVersions: [],
      })),
    }))
}

function provider(call: ListingCall, name = ''): object {
  const found = providers(call).find(
    (each) => 'namespace' in each && String(each.namespace).toLowerCase() === name.toLowerCase(),
  )
  // Throws for a namespace that could hold types, and does not.
  return found ?? { id: `/providers/${name}`, namespace: name, registrationState: 'Registered', resourceTypes: [] }
}

async function tenants(call: ListingCall): Promise<unknown> {
  const path = {
    is: 'collection',
    id: '/subscriptions',
    type: 'microsoft.resources/subscriptions',
    name: 'subscriptions',
    scope: '',
  } as const
  const listed = await faceOf(call.parts, path).list({ ...call, path })
  const all = 'value' in listed ? listed.value : listed
  const shown = all.filter((document) => isReadable(subscriptions, call.principal, document))
  const ids = new Set(shown.map(({ tenantId }) => String(tenantId)))
  return { value: [...ids].map((tenantId) => ({ id: `/tenants/${tenantId}`, tenantId, displayName: 'Conshelf' })) }
}
