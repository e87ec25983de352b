// Explanations without a server: against the shipped schemas, as if each table had rows with every column, or over data of one's own.
import { type Catalog, explain, type SubsetName, type TableSchema } from '@conshelf/kql'
import { owner } from '../access/principal.ts'
import { type ExplainAnswer, explanationBody, refusalBody } from '../api/surfaces/portal/explanation.ts'
import { standardColumns, type TableContent, type TableDefinition } from '../catalog/types.ts'
import { openContent } from '../content/content.ts'
import { systemClock, ticksOf } from '../core/clock.ts'
import { parseTimespan, type TimeRange } from '../core/time-range.ts'
import { UsageError } from './command.ts'

export interface ExplainQuestion {
  readonly query: string
  readonly timespan: string | undefined
  readonly subset: SubsetName | undefined
}

export function explainShipped({ query, timespan, subset }: ExplainQuestion): ExplainAnswer {
  const now = ticksOf(systemClock.now())
  const result = explain(query, {
    catalog: exampleCatalog(openContent()),
    now,
    ...rangeOf(timespan, now),
    ...(subset ? { subset } : {}),
  })
  return result.ok ? explanationBody(query, result.explanation) : refusalBody(query, result.diagnostics)
}

export async function explainLocal(
  paths: readonly string[],
  workspace: string | undefined,
  { query, timespan, subset }: ExplainQuestion,
): Promise<ExplainAnswer> {
  const { withLocal } = await import('./local.ts')
  const range = rangeOf(timespan, ticksOf(systemClock.now()))
  return withLocal(paths, workspace, async (queries, workspaces) => {
    const result = await queries.explain({
      text: query,
      principal: owner,
      workspaces,
      ...range,
      ...(subset ? { subset } : {}),
    })
    return result.ok ? explanationBody(query, result.explanation) : refusalBody(query, result.diagnostics)
  })
}

function rangeOf(timespan: string | undefined, now: bigint): { readonly timeRange?: TimeRange } {
  if (timespan === undefined) return {}
  const timeRange = parseTimespan(timespan, now)
  if (timeRange) return { timeRange }
  throw new UsageError(`--timespan ${timespan} is neither a duration nor an interval`)
}

function exampleCatalog(content: TableContent): Catalog {
  return {
    version: 'shipped',
    table: (name) => {
      const definition = content.table(name)
      return definition && exampleTable(definition)
    },
    function: () => undefined,
    tableNames: () => [],
    allNames: content.tableNames,
    tablesWith: content.tablesWith,
    workspace: () => undefined,
  }
}

function exampleTable({ name, columns, timeColumn, plan, view, layout }: TableDefinition): TableSchema {
  const all = [...columns, ...standardColumns.filter((own) => !columns.some((column) => column.name === own.name))]
  const source = {
    database: 'workspace',
    table: name,
    columns: new Set(all.map((column) => column.name)),
    promoted: layout.promoted,
  }
  return { name, columns: all, timeColumn, plan, sources: [source], ...(view === undefined ? {} : { view }) }
}
