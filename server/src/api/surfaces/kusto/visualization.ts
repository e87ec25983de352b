// `render` of a result as Kusto's property `Visualization`. https://learn.microsoft.com/kusto/api/rest/response-v2
import type { ResultHead } from '../../../query/types.ts'

/** Properties of `render` by their names here; null when not given. */
const names: Readonly<Record<string, string>> = {
  title: 'Title',
  xcolumn: 'XColumn',
  series: 'Series',
  ycolumns: 'YColumns',
  anomalycolumns: 'AnomalyColumns',
  xtitle: 'XTitle',
  ytitle: 'YTitle',
  xaxis: 'XAxis',
  yaxis: 'YAxis',
  legend: 'Legend',
  ysplit: 'YSplit',
  ymin: 'Ymin',
  ymax: 'Ymax',
  xmin: 'Xmin',
  xmax: 'Xmax',
  kind: 'Kind',
}

/** JSON text. */
export function visualization({ render, sorted }: ResultHead): string {
  const properties = render?.properties ?? {}
  const named = Object.entries(names).map(([kql, name]) => [name, properties[kql] ?? null])
  return JSON.stringify({
    Visualization: render?.visualization ?? null,
    ...Object.fromEntries(named),
    Accumulate: properties.accumulate === true,
    IsQuerySorted: sorted,
  })
}
