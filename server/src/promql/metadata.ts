// Which series, labels and metric families there are. https://prometheus.io/docs/prometheus/latest/querying/api/#querying-metadata
import type { QueryService } from '../query/types.ts'
import type { Matcher } from './ast.ts'
import { compareLabels, compareTexts, type Labels, labelsOf, metricName } from './labels.ts'
import { type Caller, instant, pairsOf, quoted, rowsOf, scanKql } from './select/kql.ts'

/** Series that one of the lists of matchers takes, and that have a sample in `from < time <= to`. */
export interface SeriesFilter {
  /** Empty: all series. */
  readonly lists: readonly (readonly Matcher[])[]
  readonly from: number
  readonly to: number
}

export interface MetadataParts {
  readonly queries: QueryService
  readonly caller: Caller
}

function scans({ lists, from, to }: SeriesFilter): readonly (readonly string[])[] {
  return lists.length === 0 ? [scanKql([], from, to)] : lists.map((matchers) => scanKql(matchers, from, to))
}

export async function seriesThere(
  { queries, caller }: MetadataParts,
  filter: SeriesFilter,
): Promise<readonly Labels[]> {
  const found = new Map<string, Labels>()
  for (const scan of scans(filter)) {
    const kql = [...scan, '| summarize by Name, Labels = dynamic_to_json(Labels)'].join('\n')
    for await (const [name, labels] of rowsOf(queries, caller, kql)) {
      const known = labelsOf(pairsOf(String(name), String(labels)))
      found.set(known.key, known)
    }
  }
  return [...found.values()].sort(compareLabels)
}

export async function labelNames(parts: MetadataParts, filter: SeriesFilter): Promise<readonly string[]> {
  const names = new Set<string>()
  for (const scan of scans(filter)) {
    const kql = [...scan, '| summarize by Labels = dynamic_to_json(Labels)'].join('\n')
    for await (const [labels] of rowsOf(parts.queries, parts.caller, kql)) {
      names.add(metricName)
      for (const [name] of labelsOf(pairsOf('', String(labels))).pairs) names.add(name)
    }
  }
  return [...names].sort(compareTexts)
}

export async function labelValues(
  parts: MetadataParts,
  label: string,
  filter: SeriesFilter,
): Promise<readonly string[]> {
  const values = new Set<string>()
  const column = label === metricName ? 'Name' : `tostring(Labels[${quoted(label)}])`
  for (const scan of scans(filter)) {
    const kql = [...scan, `| summarize by Text = ${column}`].join('\n')
    for await (const [value] of rowsOf(parts.queries, parts.caller, kql)) if (value) values.add(String(value))
  }
  return [...values].sort(compareTexts)
}

export interface FamilyMetadata {
  readonly type: string
  readonly help: string
  readonly unit: string
}

/** What senders said of metric families in the last days; `metric`: of this family alone. */
export async function familyMetadata(
  { queries, caller }: MetadataParts,
  { metric, since }: { readonly metric?: string; readonly since: number },
): Promise<ReadonlyMap<string, readonly FamilyMetadata[]>> {
  const kql = [
    'PrometheusMetadata',
    `| where TimeGenerated > ${instant(since)}`,
    ...(metric === undefined ? [] : [`| where Name == ${quoted(metric)}`]),
    '| summarize by Name, MetricType, Help, Unit',
    '| order by Name asc, MetricType asc, Help asc',
  ].join('\n')
  const families = new Map<string, FamilyMetadata[]>()
  for await (const [name, type, help, unit] of rowsOf(queries, caller, kql)) {
    const family = families.get(String(name)) ?? []
    families.set(String(name), family)
    family.push({ type: String(type ?? ''), help: String(help ?? ''), unit: String(unit ?? '') })
  }
  return families
}
