// A relation as text that does not depend on the ids of its columns: equal texts give equal rows.
import type { Rel } from './nodes.ts'

/** Numbers under these names are values; all others are ids of columns. */
const plain: ReadonlySet<string> = new Set(['value', 'rows'])

/** The code of local nodes is not part of the text; two of them are never told apart by it alone. */
export function shapeOf(rel: Rel): string {
  const ids = new Map<number, number>()
  const write = (value: unknown, name: string): string => {
    if (typeof value === 'number' && !plain.has(name)) {
      const known = ids.get(value) ?? ids.size
      ids.set(value, known)
      return `#${known}`
    }
    if (typeof value === 'bigint') return `${value}n`
    if (value instanceof Set) return ''
    if (Array.isArray(value)) return `[${value.map((v) => write(v, name)).join(',')}]`
    if (typeof value === 'object' && value !== null) return `{${fields(value as Record<string, unknown>)}}`
    return JSON.stringify(value) ?? ''
  }
  const fields = (node: Readonly<Record<string, unknown>>): string =>
    Object.entries(node)
      .filter(([name]) => name !== 'at' && name !== 'run')
      .map(([name, v]) => `${name}:${node.kind === 'shared' && name === 'index' ? String(v) : write(v, name)}`)
      .join(',')
  return write(rel, '')
}
