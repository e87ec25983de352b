// All functions of PromQL by name, and those that there are but not here.
import { elementFunctions } from './elements.ts'
import type { PromqlFunction } from './function.ts'
import { histogramFunctions } from './histogram.ts'
import { labelFunctions } from './relabel.ts'
import { vectorFunctions } from './vectors.ts'
import { windowFunctions } from './windows.ts'

export const functions: ReadonlyMap<string, PromqlFunction> = new Map(
  Object.entries({
    ...windowFunctions,
    ...elementFunctions,
    ...vectorFunctions,
    ...labelFunctions,
    ...histogramFunctions,
  }),
)

const ofNativeHistograms = 'native histograms are not supported'

/** Why a function that Prometheus has is refused. */
export const refusedFunctions: ReadonlyMap<string, string> = new Map([
  ['histogram_avg', ofNativeHistograms],
  ['histogram_count', ofNativeHistograms],
  ['histogram_sum', ofNativeHistograms],
  ['histogram_stddev', ofNativeHistograms],
  ['histogram_stdvar', ofNativeHistograms],
  ['histogram_fraction', 'use histogram_quantile, or divide buckets'],
  ['histogram_quantiles', 'use histogram_quantile for each quantile'],
  ['holt_winters', 'it is double_exponential_smoothing since Prometheus 3'],
  ['info', 'join with group_left instead'],
  ['start_timestamp', 'start times of counters are not stored'],
])
