// Functions that are computed in this process, by family.
import type { FunctionTable } from '../define.ts'
import { betaFunctions } from './beta.ts'
import { cefFunctions } from './cef.ts'
import { commandLines } from './command-line.ts'
import { compression } from './compression.ts'
import { geoBuffers } from './geo-buffers.ts'
import { geoCells } from './geo-cells.ts'
import { geoLines } from './geo-lines.ts'
import { geoOverlays } from './geo-overlays.ts'
import { geoPoints } from './geo-points.ts'
import { geoPolygons } from './geo-polygons.ts'
import { punycodes } from './punycode.ts'
import { seriesDecompose } from './series-decompose.ts'
import { seriesFit } from './series-fit.ts'
import { seriesFourier } from './series-fourier.ts'
import { seriesOutliers } from './series-outliers.ts'
import { seriesPeriods } from './series-periods.ts'
import { userAgents } from './user-agent.ts'

export const localFunctions: FunctionTable = {
  ...betaFunctions,
  ...cefFunctions,
  ...commandLines,
  ...compression,
  ...geoBuffers,
  ...geoCells,
  ...geoLines,
  ...geoOverlays,
  ...geoPoints,
  ...geoPolygons,
  ...punycodes,
  ...seriesDecompose,
  ...seriesFit,
  ...seriesFourier,
  ...seriesOutliers,
  ...seriesPeriods,
  ...userAgents,
}
