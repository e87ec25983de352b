// An answer of the query service as the JSON of the Log Analytics API, in pieces as the rows come.
// https://learn.microsoft.com/azure/azure-monitor/logs/api/response-format and …/prefer-options
import type { Row } from '@conshelf/kql'
import { ServerError } from '../../../core/errors.ts'
import { defaultLimits } from '../../../core/limits.ts'
import { formatTimespan } from '../../../core/time-range.ts'
import type { AnswerPart, AnswerStatistics, Truncation } from '../../../query/types.ts'
import { rowsWriter } from '../../azure-cells.ts'
import type { Access } from './data-sources.ts'
import { type PlacedDiagnostic, placed } from './diagnostics.ts'
import { type PartialError, partialError } from './errors.ts'

export interface AnswerOptions {
  /** The query, in which warnings have their places. */
  readonly query: string
  readonly statistics: boolean
  readonly render: boolean
  readonly dataSources?: boolean
  readonly permissions?: boolean
  /** Needed for those two. */
  readonly access?: Access
}

type End = Extract<AnswerPart, { kind: 'end' }>
type Head = Extract<AnswerPart, { kind: 'table' }>

/** Writes one answer. Failures pass through `text`; once a part of it was sent, `afterFailure` gives what makes it whole JSON. */
export class AnswerWriter {
  readonly #options: AnswerOptions
  #tables = 0
  #rows = 0
  #write = rowsWriter([])
  #first: Head | undefined

  constructor(options: AnswerOptions) {
    this.#options = options
  }

  async *text(parts: AsyncIterable<AnswerPart>): AsyncGenerator<string, void, undefined> {
    for await (const part of parts) yield this.#piece(part)
  }

  afterFailure(error: unknown): string {
    const known = error instanceof ServerError ? error : new ServerError('internal')
    return this.#end(undefined, partialError(known.message, known.entry.code))
  }

  #piece(part: AnswerPart): string {
    switch (part.kind) {
      case 'table':
        return this.#head(part)
      case 'rows':
        return this.#more(part.rows)
      case 'end':
        return this.#end(part, part.truncated ? truncationError(part.truncated) : undefined)
      default:
        return part satisfies never
    }
  }

  /**
   * Azure has no place for warnings. Statistics are sent to those alone who ask for them, and clients pass them on as they are, so
   * that a further member disturbs nobody.
   */
  #warnings({ warnings }: End): { readonly warnings?: readonly PlacedDiagnostic[] } {
    return warnings ? { warnings: placed(this.#options.query, warnings) } : {}
  }

  #head(head: Head): string {
    const before = this.#tables === 0 ? '{"tables":[' : ']},'
    this.#first ??= head
    this.#write = rowsWriter(head.columns)
    this.#tables += 1
    this.#rows = 0
    const columns = head.columns.map(({ name, type }) => ({ name, type }))
    return `${before}{"name":${JSON.stringify(head.name)},"columns":${JSON.stringify(columns)},"rows":[`
  }

  #more(rows: readonly Row[]): string {
    const comma = this.#rows === 0 ? '' : ','
    this.#rows += rows.length
    return comma + this.#write(rows)
  }

  #end(end: End | undefined, error: PartialError | undefined): string {
    const { statistics, render, dataSources, permissions, access } = this.#options
    const reads = end?.reads ?? []
    const properties = {
      ...(statistics && end ? { statistics: { ...statisticsBody(end.statistics), ...this.#warnings(end) } } : {}),
      ...(render ? { render: renderBody(this.#first) } : {}),
      ...(dataSources && access ? { dataSources: access.dataSources(reads) } : {}),
      ...(permissions && access ? { permissions: access.permissions(reads) } : {}),
      ...(error ? { error } : {}),
    }
    const more = JSON.stringify(properties).slice(1, -1)
    return `${this.#tables === 0 ? '{"tables":[' : ']}'}]${more === '' ? '' : `,${more}`}}`
  }
}

function truncationError({ kind, limit }: Truncation): PartialError {
  // The service names the compressed size of its default limit, which is on the raw size.
  const isDefault = limit === defaultLimits.answers.api.bytes
  const what = kind === 'rows' ? `record count limit ${limit}` : `data size limit ${isDefault ? 67_108_864 : limit}`
  return partialError(
    `Query result set has exceeded the internal ${what} (E_QUERY_RESULT_SET_TOO_LARGE).`,
    '-2133196797',
  )
}

function statisticsBody({ elapsedMillis, rowsRead, tables, ...used }: AnswerStatistics) {
  const none = { hits: 0, misses: 0, total: 0 }
  const { userMillis, kernelMillis, peakMemoryBytes } = used
  const cpu = (millis: number) => formatTimespan(Math.round(millis * 10_000))
  return {
    query: {
      executionTime: elapsedMillis / 1000,
      resourceUsage: {
        cache: { memory: none, disk: none },
        cpu: { user: cpu(userMillis), kernel: cpu(kernelMillis), totalCpu: cpu(userMillis + kernelMillis) },
        memory: { peakPerNode: peakMemoryBytes },
        network: { interClusterTotalBytes: 0, crossClusterTotalBytes: 0 },
      },
      inputDatasetStatistics: {
        extents: { total: 0, scanned: 0 },
        rows: { total: rowsRead, scanned: rowsRead },
      },
      datasetStatistics: tables.map(({ rows, bytes }) => ({ tableRowCount: rows, tableSize: bytes })),
    },
  }
}

/** `render` properties of KQL by their names here. The block has all of the first group, null when not given. */
const renderNames: Readonly<Record<string, string>> = {
  title: 'title',
  xtitle: 'xTitle',
  ytitle: 'yTitle',
  kind: 'kind',
  xcolumn: 'xColumn',
  series: 'series',
  ycolumns: 'yColumns',
  xaxis: 'xAxis',
  yaxis: 'yAxis',
  legend: 'legend',
  ysplit: 'ySplit',
}
const optionalRenderNames: Readonly<Record<string, string>> = {
  anomalycolumns: 'anomalyColumns',
  ymin: 'yMin',
  ymax: 'yMax',
}

function renderBody(head: Head | undefined): Readonly<Record<string, unknown>> {
  const properties = head?.render?.properties ?? {}
  const body: Record<string, unknown> = {
    visualization: head?.render?.visualization ?? null,
    accumulate: properties.accumulate === true,
    isQuerySorted: head?.sorted ?? false,
    annotation: '',
    by: null,
  }
  for (const [kql, name] of Object.entries(renderNames)) body[name] = properties[kql] ?? null
  for (const [kql, name] of Object.entries(optionalRenderNames)) {
    if (properties[kql] !== undefined) body[name] = properties[kql]
  }
  return body
}
