// Functions that are computed in this process, by family.
import type { FunctionTable } from '../define.ts'
import { geoPoints } from './geo-points.ts'
import { seriesDecompose } from './series-decompose.ts'
import { seriesFit } from './series-fit.ts'
import { seriesFourier } from './series-fourier.ts'
import { seriesOutliers } from './series-outliers.ts'

export const localFunctions: FunctionTable = {
  ...geoPoints,
  ...seriesDecompose,
  ...seriesFit,
  ...seriesFourier,
  ...seriesOutliers,
}
