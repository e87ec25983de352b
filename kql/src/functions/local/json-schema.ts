// buildschema: the least schema that admits all values. https://learn.microsoft.com/kusto/query/buildschema-aggregation-function
//
// Each value becomes a shape first, so that only the few different ones are collected.
import type { Cell } from '../../model.ts'
import { ArgumentError } from '../define.ts'

/** What a place in the values may hold: primitive types, members of bags, elements of arrays. */
interface Shape {
  readonly types: readonly string[]
  readonly members?: Readonly<Record<string, Shape>>
  readonly elements?: Shape
}

const nothing: Shape = { types: [] }

function merged(a: Shape, b: Shape): Shape {
  const members = a.members && b.members ? mergedMembers(a.members, b.members) : (a.members ?? b.members)
  const elements = a.elements && b.elements ? merged(a.elements, b.elements) : (a.elements ?? b.elements)
  return {
    types: [...new Set([...a.types, ...b.types])].sort(),
    ...(members ? { members } : {}),
    ...(elements ? { elements } : {}),
  }
}

function mergedMembers(a: Readonly<Record<string, Shape>>, b: Readonly<Record<string, Shape>>): Record<string, Shape> {
  const result = new Map(Object.entries(a))
  for (const [name, shape] of Object.entries(b)) result.set(name, merged(result.get(name) ?? nothing, shape))
  return Object.fromEntries(result)
}

/** From the inside out: members and elements of a value are shapes already. */
function shape(_name: string, value: unknown, context?: { readonly source: string }): unknown {
  if (value === null) return { types: ['null'] }
  if (typeof value === 'string') return { types: ['string'] }
  if (typeof value === 'boolean') return { types: ['bool'] }
  if (typeof value === 'number') return { types: [/^-?\d+$/.test(context?.source ?? '') ? 'long' : 'double'] }
  if (Array.isArray(value)) return { types: [], elements: (value as readonly Shape[]).reduce(merged, nothing) }
  return { types: [], members: value }
}

/** The shape of a dynamic value as JSON text. Only the text tells `1.0` from `1`. */
export function shapeOf([value]: readonly Cell[]): Cell {
  return typeof value === 'string' ? JSON.stringify(JSON.parse(value, shape)) : null
}

function typeText({ types, members, elements }: Shape): string {
  if (types.includes('null'))
    throw new ArgumentError('Kusto does not document what buildschema makes of null inside a value')
  const named = Object.entries(members ?? {}).map(([name, s]) => `${JSON.stringify(name)}:${typeText(s)}`)
  if (elements) named.push(`"\`indexer\`":${typeText(elements)}`)
  const container = members || elements ? [`{${named.join(',')}}`] : []
  const all = [...types.map((t) => JSON.stringify(t)), ...container]
  if (all.length === 0)
    throw new ArgumentError('Kusto does not document what buildschema makes of arrays that are all empty')
  return all.length === 1 ? (all[0] ?? '') : `[${all.join(',')}]`
}

/** The schema of shapes, an array of them as JSON text; null where there is no value. */
export function schemaOf([shapes]: readonly Cell[]): Cell {
  const all: readonly Shape[] = typeof shapes === 'string' ? JSON.parse(shapes) : []
  return all.length === 0 ? null : typeText(all.reduce(merged))
}
