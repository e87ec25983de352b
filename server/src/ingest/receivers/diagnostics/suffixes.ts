// Azure diagnostics mode: every property of a record as a column of AzureDiagnostics, its type in the name.
// https://learn.microsoft.com/azure/azure-monitor/reference/tables/azurediagnostics
import { jsonText, numberText } from '../../json/exact.ts'
import type { JsonFields } from '../../json/records.ts'
import { coercions } from '../../rows/coerce.ts'
import { type Suffix, suffixedText } from '../../rows/suffix.ts'
import type { Json, TableRow } from '../../types.ts'
import type { DiagnosticRecord } from './record.ts'
import { type ResourceParts, resourceParts } from './resource-id.ts'

/** Members of a record that have a column without suffix, by their names in lower case. */
const plainColumns: ReadonlyMap<string, string> = new Map([
  ['category', 'Category'],
  ['operationname', 'OperationName'],
  ['operationversion', 'OperationVersion'],
  ['resulttype', 'ResultType'],
  ['resultsignature', 'ResultSignature'],
  ['resultdescription', 'ResultDescription'],
  ['durationms', 'DurationMs'],
  ['calleripaddress', 'CallerIPAddress'],
  ['correlationid', 'CorrelationId'],
  ['level', 'Level'],
  ['message', 'Message'],
  ['resource', 'Resource'],
  ['resourcegroup', 'ResourceGroup'],
  ['resourceprovider', 'ResourceProvider'],
  ['resourcetype', 'ResourceType'],
  ['subscriptionid', 'SubscriptionId'],
])

/** Deeper objects stay JSON text. */
const deepest = 16

export function diagnosticsRow(record: DiagnosticRecord, raw: string): TableRow {
  const { fields, properties, resourceId, time, timeName } = record
  const columns: Record<string, Json> = { SourceSystem: 'Azure' }
  for (const name in fields) {
    const value = fields[name]
    if (value === null || value === undefined || name === timeName) continue
    if (name === 'properties' && properties !== undefined) addProperties(columns, properties)
    else if (!addPlain(columns, name, value)) addProperty(columns, root, name, value, 0)
  }
  if (resourceId !== undefined) addResource(columns, resourceParts(resourceId))
  return {
    table: 'AzureDiagnostics',
    fields: columns,
    raw,
    misfits: 'leave out',
    ...(resourceId !== undefined && { resourceId }),
    ...(time !== undefined && { time }),
  }
}

/** True: the member has its place, or is the resource id, which has several. */
function addPlain(columns: Record<string, Json>, name: string, value: Json): boolean {
  const lower = lowerOf(name)
  if (lower === 'resourceid') return true
  const column = plainColumns.get(lower)
  if (column === undefined || !isPlain(column, value)) return false
  columns[column] = value
  return true
}

/** A duration that is no whole number keeps its suffix, as do objects and arrays. */
function isPlain(column: string, value: Json): boolean {
  if (column === 'DurationMs') return coercions.long(value) !== undefined
  return typeof value !== 'object' || numberText(value) !== undefined
}

function addProperties(columns: Record<string, Json>, properties: JsonFields): void {
  for (const name in properties) {
    const value = properties[name]
    if (value === null || value === undefined) continue
    if (typeof value === 'string' && lowerOf(name) === 'message' && columns.Message === undefined)
      columns.Message = value
    else addProperty(columns, root, name, value, 0)
  }
}

function addResource(columns: Record<string, Json>, parts: ResourceParts): void {
  columns.ResourceId = parts.id
  if (parts.subscriptionId !== '') columns.SubscriptionId = parts.subscriptionId
  if (parts.resourceGroup !== '') columns.ResourceGroup = parts.resourceGroup
  if (parts.provider !== '') columns.ResourceProvider = parts.provider
  if (parts.type !== '') columns.ResourceType = parts.type
  if (parts.name !== '') columns.Resource = parts.name
}

function addProperty(columns: Record<string, Json>, at: NameNode, name: string, value: Json, depth: number): void {
  const node = at.child(name)
  if (typeof value === 'string') addText(columns, node, value)
  else if (typeof value === 'boolean') columns[node.named('b')] = value
  else if (value === null || value === undefined) return
  else if (typeof value !== 'object' || numberText(value) !== undefined) columns[node.named('d')] = value
  else if (Array.isArray(value) || depth >= deepest) columns[node.named('s')] = jsonText(value)
  else {
    const members = value as JsonFields
    for (const member in members) addProperty(columns, node, member, members[member] as Json, depth + 1)
  }
}

function addText(columns: Record<string, Json>, node: NameNode, text: string): void {
  const { suffix, value } = suffixedText(text)
  columns[node.named(suffix)] = value
}

let nodes = 0
const mostNodes = 50_000

/** Column names by path: joined by `_`, every run of other characters than letters, digits and `_` as one `_`. */
class NameNode {
  readonly #path: string
  readonly #children = new Map<string, NameNode>()
  readonly #names: Partial<Record<Suffix, string>> = {}

  constructor(path: string) {
    this.#path = path
  }

  child(name: string): NameNode {
    const known = this.#children.get(name)
    if (known) return known
    // Names that data makes up would fill the memory.
    if (++nodes > mostNodes) {
      nodes = 0
      root.#children.clear()
    }
    const plain = name.replace(/[^A-Za-z0-9_]+/g, '_')
    const made = new NameNode(this === root ? plain : `${this.#path}_${plain}`)
    this.#children.set(name, made)
    return made
  }

  named(suffix: Suffix): string {
    this.#names[suffix] ??= `${this.#path}_${suffix}`
    return this.#names[suffix]
  }
}

const root: NameNode = new NameNode('')

const lowerNames = new Map<string, string>()

function lowerOf(name: string): string {
  const known = lowerNames.get(name)
  if (known !== undefined) return known
  if (lowerNames.size >= 2_000) lowerNames.clear()
  const made = name.toLowerCase()
  lowerNames.set(name, made)
  return made
}
