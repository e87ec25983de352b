// A shortcut past the YAML parser for what most content files end with: one map of plain words (a table's columns).
// It takes ten times less than the parser, which reads everything else. Used by document.ts.

const lastMap = /(?:^|\n)([A-Za-z]\w*):\n((?: {2}[A-Za-z_]\w*: [a-z]+\n)+)$/
const words: ReadonlySet<string> = new Set(['null', 'true', 'false'])

export interface PlainEnd {
  /** The text before the map, complete YAML of its own. */
  readonly rest: string
  readonly key: string
  readonly map: Readonly<Record<string, string>>
}

/** Undefined: the text does not end so, or a name comes twice, which the parser reports with its place. */
export function plainEnd(text: string): PlainEnd | undefined {
  const [all, key, block] = lastMap.exec(text) ?? []
  if (all === undefined || key === undefined || block === undefined) return undefined
  const lines = block.slice(0, -1).split('\n')
  const entries = lines.map((line) => line.slice(2).split(': ') as [string, string])
  const map = Object.fromEntries(entries)
  const unclear =
    entries.some(([name, value]) => words.has(name) || words.has(value)) || Object.keys(map).length < lines.length
  if (unclear) return undefined
  return { rest: text.slice(0, text.length - all.length), key, map }
}
