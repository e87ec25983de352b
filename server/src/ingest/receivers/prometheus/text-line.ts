// One line of the text format: a sample, with labels, a time and an exemplar if it has them.
// https://prometheus.io/docs/instrumenting/exposition_formats/ and https://prometheus.io/docs/specs/om/open_metrics_spec/
import type { Sample } from './series.ts'

export type Pair = readonly [string, string]

export interface SampleLine {
  readonly pairs: readonly Pair[]
  readonly sample: Sample
  readonly exemplar?: { readonly pairs: readonly Pair[]; readonly sample: Sample }
}

/** What is wrong with a line, and at which of its characters, from 1. */
export class LineFault extends Error {
  constructor(reason: string, at: number) {
    super(`${reason} at character ${at + 1}`)
  }
}

const barePattern = /[a-zA-Z_:][a-zA-Z0-9_:]*/y
const quotedPattern = /"((?:[^"\\\n]|\\.)*)"/y
const blank = /[ \t]*/y
const wordPattern = /[^ \t#{}]+/y
const numberPattern = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/
const escapes: Readonly<Record<string, string>> = { n: '\n', '"': '"', '\\': '\\' }

/** `secondsFactor`: milliseconds in a unit of the line's times: 1 in Prometheus' own format, 1000 in OpenMetrics. */
export function parseSampleLine(line: string, secondsFactor: number): SampleLine {
  const cursor = new Cursor(line)
  const bare = cursor.match(barePattern)
  const pairs: Pair[] = bare === undefined ? [] : [['__name__', bare[0]]]
  cursor.skip()
  if (cursor.take('{')) readLabels(cursor, pairs, bare === undefined)
  if (pairs.length === 0) throw cursor.fault('a metric name is missing')
  const sample = readSample(cursor, secondsFactor)
  cursor.skip()
  if (cursor.isAtEnd()) return { pairs, sample }
  if (!cursor.take('#')) throw cursor.fault('nothing may follow the time')
  cursor.skip()
  if (!cursor.take('{')) throw cursor.fault("an exemplar begins with '{'")
  const exemplarPairs: Pair[] = []
  readLabels(cursor, exemplarPairs, false)
  const exemplar = { pairs: exemplarPairs, sample: readSample(cursor, secondsFactor) }
  cursor.skip()
  if (!cursor.isAtEnd()) throw cursor.fault('nothing may follow the exemplar')
  return { pairs, sample, exemplar }
}

/** The metric's name may come among the labels, in quotes and without a value. */
function readLabels(cursor: Cursor, pairs: Pair[], mayName: boolean): void {
  for (;;) {
    cursor.skip()
    if (cursor.take('}')) return
    const quoted = cursor.match(quotedPattern)
    const name = quoted ? unescaped(quoted[1] ?? '') : cursor.match(barePattern)?.[0]
    if (name === undefined) throw cursor.fault('a label name is missing')
    cursor.skip()
    if (cursor.take('=')) {
      cursor.skip()
      const value = cursor.match(quotedPattern)
      if (!value) throw cursor.fault('a label value in quotes is missing')
      pairs.push([name, unescaped(value[1] ?? '')])
    } else if (quoted && mayName && pairs.length === 0) pairs.push(['__name__', name])
    else throw cursor.fault("'=' is missing")
    cursor.skip()
    if (cursor.take(',')) continue
    if (!cursor.take('}')) throw cursor.fault("',' or '}' is missing")
    return
  }
}

function readSample(cursor: Cursor, secondsFactor: number): Sample {
  const value = readNumber(cursor)
  if (value === undefined) throw cursor.fault('a value is missing')
  const time = readNumber(cursor)
  return { value, millis: time === undefined ? undefined : Math.round(time * secondsFactor) }
}

function readNumber(cursor: Cursor): number | undefined {
  cursor.skip()
  const at = cursor.at
  const word = cursor.match(wordPattern)?.[0]
  if (word === undefined) return undefined
  if (numberPattern.test(word)) return Number(word)
  const named = /^([-+]?)(nan|inf|infinity)$/i.exec(word)
  if (!named) throw new LineFault(`'${word}' is no number`, at)
  if (named[2]?.toLowerCase() === 'nan') return Number.NaN
  return named[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}

export function unescaped(text: string): string {
  return text.includes('\\') ? text.replace(/\\(.)/g, (all, letter: string) => escapes[letter] ?? all) : text
}

class Cursor {
  readonly #line: string
  at = 0

  constructor(line: string) {
    this.#line = line
    this.skip()
  }

  match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.#line)
    if (found) this.at = pattern.lastIndex
    return found ?? undefined
  }

  skip(): void {
    this.match(blank)
  }

  take(letter: string): boolean {
    if (this.#line[this.at] !== letter) return false
    this.at++
    return true
  }

  isAtEnd(): boolean {
    return this.at >= this.#line.length
  }

  fault(reason: string): LineFault {
    return new LineFault(reason, this.at)
  }
}
