// What `render` asks for, read into the few shapes that are drawn.
// https://learn.microsoft.com/kusto/query/render-operator
import type { RenderInfo } from '../../api/types.ts'

export type Shape = 'line' | 'area' | 'column' | 'bar' | 'scatter' | 'pie' | 'card'
export type Stack = 'none' | 'stacked' | 'stacked100'

export interface Visualization {
  readonly shape: Shape
  readonly stack: Stack
  /** Whether the x axis must be time. */
  readonly time: boolean
}

/** The kinds a reader may choose, in the words of `render`. */
export const drawable = {
  timechart: { shape: 'line', label: 'Time chart' },
  linechart: { shape: 'line', label: 'Line chart' },
  areachart: { shape: 'area', label: 'Area chart' },
  stackedareachart: { shape: 'area', label: 'Stacked area chart' },
  columnchart: { shape: 'column', label: 'Column chart' },
  barchart: { shape: 'bar', label: 'Bar chart' },
  piechart: { shape: 'pie', label: 'Pie chart' },
  scatterchart: { shape: 'scatter', label: 'Scatter chart' },
  card: { shape: 'card', label: 'Card' },
} as const satisfies Record<string, { readonly shape: Shape; readonly label: string }>

export type DrawableName = keyof typeof drawable

export function isDrawable(name: string): name is DrawableName {
  return Object.hasOwn(drawable, name)
}

/** Undefined: not a kind that is drawn. */
export function visualizationOf(render: RenderInfo): Visualization | undefined {
  const name = (render.visualization ?? '').toLowerCase()
  if (!isDrawable(name)) return undefined
  return { shape: drawable[name].shape, stack: stackOf(name, render.kind), time: name === 'timechart' }
}

function stackOf(name: DrawableName, kind: string | null | undefined): Stack {
  if (kind === 'stacked100') return 'stacked100'
  if (kind === 'stacked') return 'stacked'
  if (name === 'stackedareachart' && kind !== 'unstacked') return 'stacked'
  return 'none'
}
