// The text format as a stream of lines: samples with the type of their family, and at the end what was said of families.
import type { Decoded } from '../../types.ts'
import { exemplarRow, type Metadata, metadataRow, metricTypes, type Series, sampleRow, seriesOf } from './series.ts'
import { LineFault, type Pair, parseSampleLine, unescaped } from './text-line.ts'

export interface TextOptions {
  readonly isOpenMetrics: boolean
  /** Labels that every series gets; a series' own label of that name becomes `exported_<name>`. */
  readonly labels: Readonly<Record<string, string>>
  /** The time of samples that come without. */
  readonly millis: number | undefined
}

interface Family {
  metricType?: string
  help?: string
  unit?: string
}

/** Names of a family's samples, by what they end in. */
const endings = /_(?:bucket|sum|count|total|created|info|gsum|gcount)$/

export class TextParser {
  readonly #options: TextOptions
  readonly #families = new Map<string, Family>()
  #line = 0
  /** Lines that made sense. */
  #known = 0
  #firstFault: string | undefined
  #ended = false

  constructor(options: TextOptions) {
    this.#options = options
  }

  /** The rows of one line. */
  push(line: string, out: Decoded[]): void {
    this.#line++
    const text = line.endsWith('\r') ? line.slice(0, -1) : line
    try {
      if (this.#ended) throw new LineFault('nothing may follow # EOF', 0)
      if (/^[ \t]*#/.test(text)) this.#comment(text)
      else if (text.trim() !== '') this.#sample(text, out)
      this.#known++
    } catch (error) {
      if (!(error instanceof LineFault)) throw error
      const reason = `line ${this.#line}: ${error.message}`
      this.#firstFault ??= reason
      out.push({ rejected: reason, raw: text })
    }
  }

  /** Why the whole is not of the format, if it is not: no line was. */
  problem(): string | undefined {
    return this.#known === 0 ? this.#firstFault : undefined
  }

  metadata(): Decoded[] {
    return [...this.#families].map(([family, { metricType = 'unknown', help = '', unit = '' }]) => {
      const metadata: Metadata = { family, metricType, help, unit }
      return metadataRow(metadata)
    })
  }

  #comment(text: string): void {
    if (/^# EOF\s*$/.test(text)) {
      this.#ended = true
      return
    }
    const match = /^[ \t]*#[ \t]+(TYPE|HELP|UNIT)[ \t]+(?:"((?:[^"\\]|\\.)*)"|(\S+))[ \t]?(.*)$/.exec(text)
    if (!match) return
    const [, keyword, quoted, bare = '', rest = ''] = match
    const name = quoted === undefined ? bare : unescaped(quoted)
    const family = this.#families.get(name) ?? {}
    this.#families.set(name, family)
    if (keyword === 'HELP') family.help = unescaped(rest)
    else if (keyword === 'UNIT') family.unit = rest.trim()
    else family.metricType = typeNamed(rest.trim())
  }

  #sample(text: string, out: Decoded[]): void {
    const { isOpenMetrics, millis } = this.#options
    const { pairs, sample, exemplar } = parseSampleLine(text, isOpenMetrics ? 1000 : 1)
    const series = seriesOf(this.#labelled(pairs))
    if (typeof series === 'string') throw new LineFault(series, 0)
    const known = { ...series, ...this.#typeAndUnit(series.name) }
    const time = sample.millis ?? millis
    out.push(sampleRow(known, { ...sample, millis: time }))
    if (!exemplar) return
    const at = exemplar.sample.millis ?? time
    out.push(exemplarRow(known, { ...exemplar.sample, millis: at }, Object.fromEntries(exemplar.pairs)))
  }

  #labelled(pairs: readonly Pair[]): readonly Pair[] {
    const { labels } = this.#options
    const own = Object.entries(labels)
    if (own.length === 0) return pairs
    const renamed = pairs.map(([name, value]): Pair => [name in labels ? `exported_${name}` : name, value])
    return [...renamed, ...own]
  }

  #typeAndUnit(name: string): Pick<Series, 'metricType' | 'unit'> {
    const family = this.#families.get(name) ?? this.#families.get(name.replace(endings, ''))
    if (!family) return {}
    const { metricType, unit } = family
    return { ...(metricType !== undefined && { metricType }), ...(unit !== undefined && { unit }) }
  }
}

function typeNamed(text: string): string {
  return metricTypes.find((type) => type === text.toLowerCase()) ?? 'unknown'
}
