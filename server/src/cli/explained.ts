// The text of `conshelf explain`: a query compiled as if each shipped table had rows with every column.
import {
  type Catalog,
  type CompiledResult,
  type Explanation,
  explain,
  type Stage,
  type TableSchema,
} from '@conshelf/kql'
import { standardColumns, type TableContent, type TableDefinition } from '../catalog/types.ts'
import { openContent } from '../content/content.ts'
import { systemClock, ticksOf } from '../core/clock.ts'
import { parseTimespan } from '../core/time-range.ts'
import { UsageError } from './command.ts'
import type { Place } from './result.ts'

export interface Explained {
  readonly ok: boolean
  readonly text: string
  readonly places: readonly Place[]
}

export function explained(query: string, timespan: string | undefined): Explained {
  const now = ticksOf(systemClock.now())
  const timeRange = timespan === undefined ? undefined : parseTimespan(timespan, now)
  if (timespan !== undefined && !timeRange)
    throw new UsageError(`--timespan ${timespan} is neither a duration nor an interval`)
  const result = explain(query, { catalog: exampleCatalog(openContent()), now, ...(timeRange ? { timeRange } : {}) })
  if (!result.ok) return { ok: false, text: '', places: result.diagnostics }
  return { ok: true, text: explanationText(result.explanation), places: [] }
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

function explanationText({ plan, rewritten, stages, results }: Explanation): string {
  return [
    section('plan', plan),
    section('plan after the rewrites', plan === rewritten ? 'the same' : rewritten),
    ...stages.map((stage, index) => section(`stage ${index + 1}, ${stageTitle(stage)}`, stageSql(stage))),
    ...results.map((result) => section(resultTitle(result), result.sql)),
  ].join('\n')
}

const shownColumns = 20

function resultTitle({ name, columns, render }: CompiledResult): string {
  const shown = columns.slice(0, shownColumns).map((column) => `${column.name}:${column.type}`)
  const more = columns.length > shown.length ? [`${columns.length - shown.length} more`] : []
  const drawn = render ? `, render ${render.visualization}` : ''
  return `result ${name} (${[...shown, ...more].join(', ')})${drawn}`
}

function stageTitle(stage: Stage): string {
  return stage.kind === 'sql' ? `into ${stage.table}` : `${stage.operator} in this process, into ${stage.table}`
}

function stageSql(stage: Stage): string {
  return stage.kind === 'sql' ? stage.insert : stage.input
}

function section(title: string, text: string): string {
  return `-- ${title}\n${text.trimEnd()}\n`
}
