// Elements of a JSON array as texts: `1.0` stays a real, and digits beyond a double's stay.

/** The texts of an array's elements; none for what is no array. The text is valid JSON. */
export function jsonElements(text: string): readonly string[] {
  const inner = /^\s*\[([\s\S]*)\]\s*$/.exec(text)?.[1]
  if (inner === undefined || inner.trim() === '') return []
  const found: string[] = []
  let [start, depth] = [0, 0]
  for (const { 0: mark, index } of inner.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{},]/g)) {
    if (mark === '[' || mark === '{') depth += 1
    else if (mark === ']' || mark === '}') depth -= 1
    else if (mark === ',' && depth === 0) {
      found.push(inner.slice(start, index).trim())
      start = index + 1
    }
  }
  return [...found, inner.slice(start).trim()]
}
