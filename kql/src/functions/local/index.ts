// Functions that are computed in this process, by family.
import type { FunctionTable } from '../define.ts'
import { geoPoints } from './geo-points.ts'

export const localFunctions: FunctionTable = {
  ...geoPoints,
}
