// All functions, by Microsoft's name. What is not here is refused, with its place.
import { aggregates as aggregateTable } from './aggregates.ts'
import { arithmetic } from './arithmetic.ts'
import { arrays } from './arrays.ts'
import { bags } from './bags.ts'
import { comparison } from './comparison.ts'
import { conditional } from './conditional.ts'
import { conversion } from './conversion.ts'
import { conversionUnits } from './conversion-units.ts'
import type { FunctionTable } from './define.ts'
import { dynamics } from './dynamic.ts'
import { encodings } from './encoding.ts'
import { geo } from './geo.ts'
import { hashes } from './hash.ts'
import { internal, internalAggregates } from './internal.ts'
import { ip } from './ip.ts'
import { localFunctions } from './local/index.ts'
import { math } from './math.ts'
import { parsing } from './parsing.ts'
import { positions } from './positions.ts'
import { seriesFunctions } from './series.ts'
import { seriesFilters } from './series-filters.ts'
import { seriesStatistics } from './series-statistics.ts'
import { setFunctions } from './sets.ts'
import { sketches } from './sketches.ts'
import { strings } from './strings.ts'
import { textSearch } from './text-search.ts'
import { time } from './time.ts'
import { types } from './types.ts'
import { window } from './window.ts'
import { xml } from './xml.ts'
import { zones } from './zones.ts'

export const functions: FunctionTable = {
  ...comparison,
  ...textSearch,
  ...arithmetic,
  ...conversion,
  ...conversionUnits,
  ...conditional,
  ...strings,
  ...dynamics,
  ...arrays,
  ...bags,
  ...setFunctions,
  ...ip,
  ...encodings,
  ...hashes,
  ...geo,
  ...seriesFunctions,
  ...seriesFilters,
  ...seriesStatistics,
  ...positions,
  ...types,
  ...xml,
  ...zones,
  ...sketches,
  ...math,
  ...parsing,
  ...time,
  ...window,
  ...internal,
  ...localFunctions,
}

export const aggregates: FunctionTable = { ...aggregateTable, ...internalAggregates }
