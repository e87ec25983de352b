// Runs a summary rule over one bin and stores what comes of it, once.
import { type Column, formatTimespan, type Row } from '@conshelf/kql'
import { owner } from '../../access/principal.ts'
import type { Tables, Workspace } from '../../catalog/types.ts'
import { standardColumns } from '../../catalog/types.ts'
import { ticksOf } from '../../core/clock.ts'
import type { Ids } from '../../core/ids.ts'
import type { Engine } from '../../engine/engine.ts'
import type { Ingest, Json, TableRow } from '../../ingest/types.ts'
import { firstResult } from '../../query/first-result.ts'
import type { QueryService } from '../../query/types.ts'
import type { SummaryRuleBody } from '../../resources/kinds/summary-rule.ts'
import type { Resource } from '../../resources/resource.ts'
import { deleteWhere } from '../deletions.ts'
import { type DueBin, delayOf, sizeOf } from './bins.ts'

export interface BinParts {
  readonly tables: Pick<Tables, 'definition' | 'stored' | 'declare'>
  readonly queries: Pick<QueryService, 'run' | 'compile'>
  readonly ingest: Pick<Ingest, 'append'>
  readonly engine: Pick<Engine, 'query' | 'command'>
  readonly ids: Ids
}

/** Columns that tell which rule made a row. */
const ruleColumns: readonly Column[] = [
  { name: '_RuleName', type: 'string' },
  { name: '_RuleLastModifiedTime', type: 'datetime' },
  { name: '_BinSize', type: 'int' },
  { name: '_BinStartTime', type: 'datetime' },
]
const standard = new Set(standardColumns.map(({ name }) => name))
const mostMillis = 600_000

export const ruleName = ({ id }: Pick<Resource<unknown>, 'id'>): string => id.slice(id.lastIndexOf('/') + 1)

/** A column that every table has keeps its value under another name. */
const storedName = (name: string): string => (standard.has(name) ? `_Original${name}` : name)

/** Makes the destination table, or adds what it lacks. Throws InvalidResource. */
export async function prepareDestination(
  { tables }: Pick<BinParts, 'tables'>,
  workspace: Workspace,
  { properties }: SummaryRuleBody,
  columns: readonly Column[],
  by: string,
): Promise<void> {
  const wanted: Column[] = [
    { name: 'TimeGenerated', type: 'datetime' },
    ...columns.map(({ name, type }) => ({ name: storedName(name), type })),
    ...ruleColumns,
  ]
  const { destinationTable: name } = properties.ruleDefinition
  await tables.declare(workspace, { name, columns: wanted, isOwn: true, by })
}

/** The rows that were stored. Throws when the bin is to be tried again. */
export async function runBin(
  parts: BinParts,
  workspace: Workspace,
  rule: Resource<SummaryRuleBody>,
  { start, isAgain }: DueBin,
): Promise<number> {
  const { destinationTable: table } = rule.body.properties.ruleDefinition
  if (isAgain && parts.tables.definition(workspace, table)) {
    const name = JSON.stringify(ruleName(rule))
    const bin = `datetime(${new Date(start).toISOString()})`
    await deleteWhere(parts, workspace, table, `_RuleName == ${name} and _BinStartTime == ${bin}`)
  }
  const { columns, rows } = await resultOf(parts, workspace, rule.body, start)
  if (!parts.tables.definition(workspace, table))
    await prepareDestination(parts, workspace, rule.body, columns, 'summary rule')
  if (rows.length === 0) return 0
  const made = rows.map((row) => rowOf(rule, start, columns, row))
  const { rejected, errors } = await parts.ingest.append(workspace, made)
  if (rejected > 0) throw new Error(`${rejected} rows do not fit the table '${table}': ${errors[0]?.reason}`)
  return rows.length
}

async function resultOf({ queries, ids }: BinParts, workspace: Workspace, body: SummaryRuleBody, start: number) {
  const end = start + sizeOf(body)
  const { truncated, ...result } = await firstResult(queries, {
    text: body.properties.ruleDefinition.query,
    workspaces: [workspace],
    principal: owner,
    profile: 'system',
    client: { app: 'Conshelf summary rules', requestId: ids.guid(), target: '' },
    subset: 'summary-rule',
    reach: 'kept',
    timeRange: { start: ticksOf(start), end: ticksOf(end) },
    // The same, whenever it is run.
    now: ticksOf(end + delayOf(body)),
    maxMillis: mostMillis,
  })
  if (truncated)
    throw new Error(`a bin may have ${truncated.limit} ${truncated.kind} at the most: take a smaller binSize`)
  return result
}

function rowOf(rule: Resource<SummaryRuleBody>, start: number, columns: readonly Column[], row: Row): TableRow {
  const { destinationTable, binSize } = rule.body.properties.ruleDefinition
  const own = columns.map(({ name, type }, at): [string, Json] => [storedName(name), jsonOf(row[at] ?? null, type)])
  const { _OriginalTimeGenerated: originalTime, ...fields } = Object.fromEntries(own)
  return {
    table: destinationTable,
    ...(typeof originalTime === 'string' ? { originalTime } : {}),
    fields: {
      ...fields,
      _RuleName: ruleName(rule),
      _RuleLastModifiedTime: new Date(rule.changed.at).toISOString(),
      _BinSize: binSize,
      _BinStartTime: new Date(start).toISOString(),
    },
  }
}

function jsonOf(cell: Row[number], type: Column['type']): Json {
  if (cell === null) return null
  if (type === 'timespan') return formatTimespan(BigInt(cell as number | bigint))
  if (type === 'dynamic' && typeof cell === 'string' && !/^\s*[[{]/.test(cell)) return JSON.parse(cell) as Json
  return cell
}
