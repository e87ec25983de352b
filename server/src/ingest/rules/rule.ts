// A data collection rule, resolved: which columns its streams have, and through which queries they flow into which tables.
// https://learn.microsoft.com/azure/azure-monitor/data-collection/data-collection-rule-structure
import { type Column, lineColumn, nearest } from '@conshelf/kql'
import type { Tables, Workspace, Workspaces } from '../../catalog/types.ts'
import { columnTypeOf, columnTypes } from '../../resources/column-types.ts'
import type { DataCollectionRuleBody } from '../../resources/kinds/data-collection-rule.ts'
import { InvalidResource } from '../../resources/resource.ts'
import type { RowQueries, RowQuery } from '../types.ts'

export interface Flow {
  readonly stream: string
  readonly workspace: Workspace
  readonly table: string
  /** Absent: rows go as they are. */
  readonly transform?: string
}

export interface DataCollectionRule {
  readonly immutableId: string
  /** ARM id. */
  readonly id: string
  /** Columns of each stream that something can be sent to. */
  readonly streams: ReadonlyMap<string, readonly Column[]>
  readonly flows: readonly Flow[]
}

/** The query of a flow, over the rows of its stream. */
export function transformation(text: string, columns: readonly Column[]): RowQuery {
  return { text, tables: [{ name: 'source', columns }], subset: 'transformation' }
}

export interface RuleParts {
  readonly workspaces: Pick<Workspaces, 'find'>
  readonly tables: Pick<Tables, 'definition'>
  /** Absent: transformations were checked before, when the rule was put. */
  readonly queries?: Pick<RowQueries, 'check'>
}

type Properties = DataCollectionRuleBody['properties']
type DataFlow = NonNullable<Properties['dataFlows']>[number]

const kind = 'dataCollectionRule'

/** Throws InvalidResource, with the place in the body. */
export function resolveRule(id: string, { properties }: DataCollectionRuleBody, parts: RuleParts): DataCollectionRule {
  const destinations = destinationsOf(properties, parts)
  const declared = declaredStreams(properties)
  const streams = new Map(declared)
  const flows = (properties.dataFlows ?? []).flatMap((flow, at) =>
    resolveFlow(flow, `/properties/dataFlows/${at}`, { destinations, declared, streams, parts }),
  )
  return { immutableId: properties.immutableId ?? '', id, streams, flows }
}

function destinationsOf({ destinations }: Properties, { workspaces }: RuleParts): ReadonlyMap<string, Workspace> {
  const found = (destinations?.logAnalytics ?? []).map(({ name, workspaceResourceId }, at): [string, Workspace] => {
    const workspace = workspaces.find(workspaceResourceId)
    const path = `/properties/destinations/logAnalytics/${at}/workspaceResourceId`
    if (!workspace) throw new InvalidResource(kind, path, `there is no workspace ${workspaceResourceId}`)
    return [name, workspace]
  })
  return new Map(found)
}

/** Streams have one name more. */
const streamTypes = { ...columnTypes, double: 'real' } as const

function declaredStreams({ streamDeclarations }: Properties): ReadonlyMap<string, readonly Column[]> {
  const found = Object.entries(streamDeclarations ?? {}).map(([stream, { columns }]): [string, readonly Column[]] => {
    const path = `/properties/streamDeclarations/${stream}/columns`
    return [stream, columns.map((column, at) => declaredColumn(column, `${path}/${at}`))]
  })
  return new Map(found)
}

function declaredColumn({ name, type }: { readonly name: string; readonly type: string }, path: string): Column {
  const known = columnTypeOf(type, streamTypes)
  if (known) return { name, type: known }
  throw new InvalidResource(
    kind,
    `${path}/type`,
    `there is no type '${type}'; take one of ${Object.keys(streamTypes).join(', ')}`,
  )
}

interface Surroundings {
  readonly destinations: ReadonlyMap<string, Workspace>
  readonly declared: ReadonlyMap<string, readonly Column[]>
  readonly streams: Map<string, readonly Column[]>
  readonly parts: RuleParts
}

function resolveFlow(flow: DataFlow, path: string, around: Surroundings): Flow[] {
  const names = flow.destinations ?? [...around.destinations.keys()]
  return names.flatMap((name, at) => {
    const workspace = around.destinations.get(name)
    const place = `${path}/destinations/${at}`
    if (!workspace)
      throw new InvalidResource(
        kind,
        place,
        `no destination is named '${name}'${suggestion(name, [...around.destinations.keys()])}`,
      )
    return flow.streams.map((stream, index) => resolveStream(flow, stream, workspace, { path, index, around }))
  })
}

interface StreamPlace {
  readonly path: string
  readonly index: number
  readonly around: Surroundings
}

function resolveStream(
  flow: DataFlow,
  stream: string,
  workspace: Workspace,
  { path, index, around }: StreamPlace,
): Flow {
  const { declared, streams, parts } = around
  const columns = declared.get(stream) ?? microsoftColumns(stream, workspace, parts)
  if (!columns)
    throw new InvalidResource(
      kind,
      `${path}/streams/${index}`,
      `the stream '${stream}' is not declared${suggestion(stream, [...declared.keys()])}`,
    )
  streams.set(stream, columns)
  const table = tableOfStream(flow.outputStream ?? stream)
  const outPath = flow.outputStream ? `${path}/outputStream` : `${path}/streams/${index}`
  if (table === undefined)
    throw new InvalidResource(
      kind,
      outPath,
      `'${flow.outputStream ?? stream}' names no table: it begins with Custom- or Microsoft-`,
    )
  if (!parts.tables.definition(workspace, table))
    throw new InvalidResource(kind, outPath, `the workspace ${workspace.name} has no table '${table}'; make it first`)
  const transform = flow.transformKql?.trim()
  if (!transform || transform === 'source') return { stream, workspace, table }
  checkTransform(transform, columns, `${path}/transformKql`, parts)
  return { stream, workspace, table, transform }
}

function checkTransform(text: string, columns: readonly Column[], path: string, { queries }: RuleParts): void {
  if (!queries) return
  const { diagnostics } = queries.check(transformation(text, columns))
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  if (errors.length === 0) return
  const reasons = errors.map(({ message, hint, start }) => {
    const { line, column } = lineColumn(text, start)
    return `[${line}:${column}] ${message}${hint ? ` (${hint})` : ''}`
  })
  throw new InvalidResource(kind, path, reasons.join('; '))
}

/** `Microsoft-Syslog` has the columns of Syslog. */
function microsoftColumns(stream: string, workspace: Workspace, { tables }: RuleParts): readonly Column[] | undefined {
  if (!stream.startsWith('Microsoft-')) return undefined
  return tables.definition(workspace, tableOfStream(stream) ?? '')?.columns
}

function tableOfStream(stream: string): string | undefined {
  return /^(?:Custom|Microsoft)-(.+)$/.exec(stream)?.[1]
}

function suggestion(name: string, known: readonly string[]): string {
  const found = nearest(name, known)
  return found === undefined ? '' : `; did you mean '${found}'?`
}
