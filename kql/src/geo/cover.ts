// Lines as regions of the library, which says what cells they meet.
import { s2 } from 's2js'
import type { Point } from './points.ts'

export const lineRegions = (lines: readonly (readonly Point[])[]): s2.Polyline[] =>
  lines.map((l) => new s2.Polyline([...l]))
