// The configuration of a workspace as files: which resources it has, and each without what the server made of it.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { parse } from 'yaml'
import type { Step } from '../../templates/deploy.ts'
import { isEqual, isRecord, memberOf } from '../../templates/functions/function.ts'
import type { Json } from '../../templates/scope.ts'
import { CommandError } from '../command.ts'
import type { Place } from '../workspaces.ts'
import type { Resources } from './server-port.ts'

interface Collection {
  /** Folder of its files. */
  readonly folder: string
  /** Behind the workspace's id, its group's or its subscription's. */
  readonly below: 'workspace' | 'group' | 'subscription'
  readonly path: string
  readonly apiVersion: string
  /** Those that the user made; absent: all. */
  readonly isOwn?: (document: Json) => boolean
}

/** In the order in which they are put: what others need comes first. */
const collections: readonly Collection[] = [
  {
    folder: 'tables',
    below: 'workspace',
    path: 'tables',
    apiVersion: '2022-10-01',
    isOwn: isOwnTable,
  },
  { folder: 'functions-and-searches', below: 'workspace', path: 'savedSearches', apiVersion: '2020-08-01' },
  ...group('data-collection-endpoints', 'Microsoft.Insights/dataCollectionEndpoints', '2022-06-01'),
  ...group('data-collection-rules', 'Microsoft.Insights/dataCollectionRules', '2022-06-01'),
  ...group('action-groups', 'Microsoft.Insights/actionGroups', '2023-01-01'),
  ...group('alert-rules', 'Microsoft.Insights/scheduledQueryRules', '2023-12-01'),
  ...group('metric-alerts', 'Microsoft.Insights/metricAlerts', '2018-03-01'),
  ...group('activity-alerts', 'Microsoft.Insights/activityLogAlerts', '2020-10-01'),
  ...group('workbooks', 'Microsoft.Insights/workbooks', '2022-04-01'),
  ...group('query-packs', 'Microsoft.OperationalInsights/queryPacks', '2019-09-01'),
  ...group('solutions', 'Microsoft.OperationsManagement/solutions', '2015-11-01-preview'),
  sentinel('watchlists', 'watchlists'),
  sentinel('analytics-rules', 'alertRules'),
  subscription('policy-definitions', 'Microsoft.Authorization/policyDefinitions', '2021-06-01'),
  subscription('policy-sets', 'Microsoft.Authorization/policySetDefinitions', '2021-06-01'),
  subscription('policy-assignments', 'Microsoft.Authorization/policyAssignments', '2022-06-01'),
  subscription('defender-plans', 'Microsoft.Security/pricings', '2023-01-01'),
  {
    folder: 'diagnostic-settings',
    below: 'workspace',
    path: 'providers/Microsoft.Insights/diagnosticSettings',
    apiVersion: '2021-05-01-preview',
  },
]

function group(folder: string, type: string, apiVersion: string): readonly Collection[] {
  return [{ folder, below: 'group', path: `providers/${type}`, apiVersion }]
}

function subscription(folder: string, type: string, apiVersion: string): Collection {
  return { folder, below: 'subscription', path: `providers/${type}`, apiVersion }
}

function sentinel(folder: string, path: string): Collection {
  return { folder, below: 'workspace', path: `providers/Microsoft.SecurityInsights/${path}`, apiVersion: '2022-11-01' }
}

/** Declared or changed by somebody, and not the result of a search or a restored range. */
function isOwnTable(document: Json): boolean {
  const by = memberOf(memberOf(document, 'systemData'), 'lastModifiedBy')
  const type = String(memberOf(memberOf(memberOf(document, 'properties'), 'schema'), 'tableType'))
  return by !== undefined && by !== 'ingestion' && (type === 'CustomLog' || type === 'Microsoft')
}

const queries = { folder: 'query-packs', apiVersion: '2019-09-01' }

export interface Entry {
  readonly id: string
  readonly apiVersion: string
  /** Path of its file in the folder. */
  readonly file: string
  readonly body: Json
}

/** Everything that there is, in the order of collections and of ids. */
export async function configurationOf(resources: Resources, place: Place): Promise<readonly Entry[]> {
  const entries: Entry[] = []
  for (const { folder, below, path, apiVersion, isOwn = () => true } of collections) {
    const query = folder === 'workbooks' ? '?canFetchContent=true' : ''
    const listed = await listIfKnown(resources, `${place[below]}/${path}${query}`, apiVersion)
    for (const document of listed.filter(isOwn)) entries.push(entryOf(document, folder, apiVersion))
    if (folder !== queries.folder) continue
    for (const pack of listed) {
      const all = await resources.list(`${idOf(pack)}/queries?includeBody=true`, queries.apiVersion)
      for (const document of all) entries.push(entryOf(document, join(folder, nameOf(pack)), apiVersion))
    }
  }
  return entries
}

/** A server that does not know the type has none of it. */
async function listIfKnown(resources: Resources, collection: string, apiVersion: string): Promise<readonly Json[]> {
  try {
    return await resources.list(collection, apiVersion)
  } catch (error) {
    if (error instanceof CommandError && /could not be found here/.test(error.message)) return []
    throw error
  }
}

const idOf = (document: Json): string => String(memberOf(document, 'id') ?? '')
const nameOf = (document: Json): string => String(memberOf(document, 'name') ?? '')

function entryOf(document: Json, folder: string, apiVersion: string): Entry {
  const file = join(folder, `${encodeURIComponent(nameOf(document))}.json`)
  return { id: idOf(document), apiVersion, file, body: ownPart(document) }
}

/** Members of documents, and of their properties, that the server makes. */
const made: ReadonlySet<string> = new Set(['id', 'name', 'type', 'etag', 'systemData', 'operationId'])
const madeProperties: ReadonlySet<string> = new Set([
  ...['provisioningState', 'immutableId', 'endpoints', 'logsIngestion', 'metricsIngestion', 'configurationAccess'],
  ...['networkAcls', 'queryPackId', 'timeModified', 'timeCreated', 'author', 'id', 'createdDate', 'modifiedDate'],
  ...['archiveRetentionInDays', 'lastModifiedUtc', 'created', 'updated', 'createdBy', 'updatedBy', 'watchlistId'],
  ...['createdWithApiVersion', 'isLegacyLogAnalyticsRule', 'isWorkspaceAlertsStorageConfigured', 'lastRetentionUpdate'],
])

/** What the user said of a resource, names in order. */
export function ownPart(document: Json): Json {
  if (!isRecord(document)) return document
  const { properties, ...rest } = document
  const own = without(rest, made)
  const shown = isRecord(properties) ? without(properties, madeProperties) : {}
  const table = isRecord(shown) && isRecord(shown.schema) ? { ...shown, schema: schemaOf(shown.schema) } : shown
  return ordered({ ...(own as object), properties: table } as Json)
}

/** A table's own columns; what it is called and has beside them the server says. */
function schemaOf(schema: Json): Json {
  const columns = memberOf(schema, 'columns')
  return {
    name: memberOf(schema, 'name') ?? '',
    columns: (Array.isArray(columns) ? columns : []).map((column: Json) => ({
      name: memberOf(column, 'name') ?? '',
      type: memberOf(column, 'type') ?? '',
    })),
  }
}

function without(value: Json, names: ReadonlySet<string>): Json {
  return Object.fromEntries(Object.entries(value as object).filter(([name]) => !names.has(name))) as Json
}

function ordered(value: Json): Json {
  if (Array.isArray(value)) return value.map(ordered)
  if (!isRecord(value)) return value
  return Object.fromEntries(
    Object.keys(value)
      .toSorted()
      .flatMap((name) => (value[name] === null || value[name] === undefined ? [] : [[name, ordered(value[name])]])),
  )
}

/** Writes one file for each; files of what is gone go too. Ids in them are relative to the workspace, its group, its subscription. */
export function writeFolder(folder: string, entries: readonly Entry[], place: Place): number {
  mkdirSync(folder, { recursive: true })
  const kept = new Set(entries.map(({ file }) => file))
  for (const file of filesIn(folder)) if (isOurs(file) && !kept.has(file)) rmSync(join(folder, file))
  for (const { id, apiVersion, file, body } of entries) {
    const path = join(folder, file)
    mkdirSync(dirname(path), { recursive: true })
    const text = JSON.stringify({ id, apiVersion, ...(body as object) }, null, 2)
    writeFileSync(path, `${abstracted(text, place)}\n`)
  }
  return entries.length
}

/** Other files of the folder are somebody else's. */
function isOurs(file: string): boolean {
  return file.endsWith('.json') && collections.some(({ folder }) => file.startsWith(`${folder}/`))
}

export function readFolder(folder: string, place: Place): readonly Entry[] {
  const entries = filesIn(folder).map((file) => {
    const whole = readFile(join(folder, file), place)
    const { id, apiVersion, ...body } = isRecord(whole) ? whole : {}
    if (typeof id !== 'string' || typeof apiVersion !== 'string')
      throw new CommandError(
        `${join(folder, file)}: a file has the members id and apiVersion, beside those of the resource`,
      )
    return { id, apiVersion, file, body: ordered(body) }
  })
  const rank = ({ file }: Entry): number => collections.findIndex(({ folder: own }) => file.startsWith(`${own}/`))
  return entries.toSorted((a, b) => rank(a) - rank(b) || a.id.length - b.id.length || (a.id < b.id ? -1 : 1))
}

function readFile(path: string, place: Place): Json {
  try {
    const text = concrete(readFileSync(path, 'utf8'), place)
    return (path.endsWith('.json') ? JSON.parse(text) : parse(text)) as Json
  } catch (error) {
    throw new CommandError(`${path}: ${error instanceof Error ? error.message : error}`, { cause: error })
  }
}

function filesIn(folder: string): readonly string[] {
  try {
    const all = readdirSync(folder, { recursive: true, withFileTypes: true })
    const files = all.filter((entry) => entry.isFile() && /\.(json|ya?ml)$/.test(entry.name))
    const paths = files.map((entry) => relative(folder, join(entry.parentPath, entry.name))).toSorted()
    return paths.filter((path) => !/(^|\/)\./.test(path))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

const places = ['workspace', 'group', 'subscription'] as const

function abstracted(text: string, place: Place): string {
  return places.reduce((all, name) => all.replaceAll(new RegExp(escaped(place[name]), 'gi'), `<${name}>`), text)
}

function concrete(text: string, place: Place): string {
  return places.reduce((all, name) => all.replaceAll(`<${name}>`, place[name]), text)
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Whether the server's resource is what the file says. */
export const isAsFile = (there: Json, wanted: Json): boolean => isEqual(ownPart(there), ownPart(wanted))

export async function applyFolder(
  resources: Resources,
  entries: readonly Entry[],
  { prune, place }: { readonly prune: boolean; readonly place: Place },
): Promise<readonly (Step | (Omit<Step, 'is'> & { readonly is: 'deleted' | 'extra' }))[]> {
  const steps: (Step | (Omit<Step, 'is'> & { readonly is: 'deleted' | 'extra' }))[] = []
  const wanted = new Set(entries.map(({ id }) => id.toLowerCase()))
  for (const { id, apiVersion, body, file } of entries) {
    const outcome = await resources.put({ id, apiVersion, body })
    const reason = 'reason' in outcome ? { reason: outcome.reason } : {}
    steps.push({ id, type: dirname(file), name: id.slice(id.lastIndexOf('/') + 1), is: outcome.is, ...reason })
  }
  for (const { id, apiVersion, file } of (await configurationOf(resources, place)).toReversed()) {
    if (wanted.has(id.toLowerCase())) continue
    if (prune) await resources.remove(id, apiVersion)
    steps.push({ id, type: dirname(file), name: id.slice(id.lastIndexOf('/') + 1), is: prune ? 'deleted' : 'extra' })
  }
  return steps
}
