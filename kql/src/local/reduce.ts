// reduce: texts grouped by the words that many of them have in the same place (SLCT, R. Vaarandi 2003).
// https://learn.microsoft.com/kusto/query/reduce-operator
import type { Row } from '../model.ts'

interface Token {
  readonly word: string
  /** What separates it from the next one. */
  readonly gap: string
}

function tokens(text: string, isSeparator: (c: string) => boolean): Token[] {
  const found: { word: string; gap: string }[] = []
  for (const c of text) {
    const last = found.at(-1)
    if (isSeparator(c)) {
      if (last) last.gap += c
      else found.push({ word: '', gap: c })
    } else if (last?.gap !== '') found.push({ word: c, gap: '' })
    else last.word += c
  }
  return found
}

const key = (at: number, word: string): string => `${at} ${word}`

/** Frequent words as they are, everything between them as one star. */
function patternOf(list: readonly Token[], frequent: (at: number, word: string) => boolean): string {
  let pattern = ''
  list.forEach((token, at) => {
    const stays = frequent(at, token.word)
    if (!stays && /\*\s*$/.test(pattern)) return
    const nextStays = at + 1 === list.length || frequent(at + 1, list[at + 1]?.word ?? '')
    const blank = /^\s+$/.test(token.gap)
    pattern += (stays ? token.word : '*') + ((stays && nextStays) || blank ? token.gap : '')
  })
  return pattern
}

interface Cluster {
  readonly count: number
  readonly example: string
}

interface Reduced {
  /** The pattern of each text, whether enough of them have it or not. */
  readonly patterns: readonly (readonly [text: string, pattern: string])[]
  readonly clusters: ReadonlyMap<string, Cluster>
  readonly total: number
  readonly isKept: (pattern: string) => boolean
}

const others = 'others'

/** Rows are text and how often it occurs. */
function clustered(rows: readonly Row[], threshold: number, characters: string): Reduced {
  const isSeparator = (c: string): boolean => !/[\p{L}\p{N}_]/u.test(c) || characters.includes(c)
  const lines = rows.map(([text, count]) => ({
    text: String(text),
    count: Number(count),
    list: tokens(String(text), isSeparator),
  }))
  const total = lines.reduce((sum, l) => sum + l.count, 0)
  const support = new Map<string, number>()
  for (const l of lines)
    l.list.forEach((t, at) => void support.set(key(at, t.word), (support.get(key(at, t.word)) ?? 0) + l.count))
  const frequent = (at: number, word: string): boolean => (support.get(key(at, word)) ?? 0) > threshold * total
  const clusters = new Map<string, Cluster>()
  const patterns = lines.map((l): readonly [string, string] => {
    const any = l.list.some((t, at) => frequent(at, t.word))
    const pattern = any ? patternOf(l.list, frequent) : others
    const known = clusters.get(pattern)
    clusters.set(pattern, { count: (known?.count ?? 0) + l.count, example: known?.example ?? (any ? l.text : '') })
    return [l.text, pattern]
  })
  const isKept = (pattern: string): boolean =>
    pattern !== others && (clusters.get(pattern)?.count ?? 0) > threshold * total
  return { patterns, clusters, total, isKept }
}

/** Out come pattern, count and an example. */
export const reduceTexts =
  (threshold: number, characters: string) =>
  (rows: readonly Row[]): readonly Row[] => {
    const { clusters, total, isKept } = clustered(rows, threshold, characters)
    const kept = [...clusters].filter(([p]) => isKept(p))
    const rest = total - kept.reduce((sum, [, c]) => sum + c.count, 0)
    const sorted = kept.sort((a, b) => b[1].count - a[1].count).map(([p, c]): Row => [p, c.count, c.example])
    return rest > 0 ? [...sorted, [others, rest, '']] : sorted
  }

/** Out comes each text with its pattern. */
export const patternsOfTexts =
  (threshold: number, characters: string) =>
  (rows: readonly Row[]): readonly Row[] => {
    const { patterns, isKept } = clustered(rows, threshold, characters)
    return patterns.map(([text, pattern]) => [text, isKept(pattern) ? pattern : others])
  }
