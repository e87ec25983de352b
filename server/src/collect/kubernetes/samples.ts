// Samples of Prometheus' text format that rows can hold.
import { LineFault, parseSampleLine } from '../../ingest/receivers/prometheus/text-line.ts'

export interface NamedSample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** Values that no column holds (NaN, infinities) are left out; the first faulty line is told, its fellows too are left out. */
export function* samplesOf(
  text: string,
  isWanted: (line: string) => boolean,
  onTrouble: (message: string) => void,
): Generator<NamedSample> {
  let isTold = false
  for (const line of text.split('\n')) {
    if (line.trim() === '' || line.startsWith('#') || !isWanted(line)) continue
    try {
      const { pairs, sample } = parseSampleLine(line.trimEnd(), 1)
      const { __name__: name = '', ...labels } = Object.fromEntries(pairs)
      if (Number.isFinite(sample.value)) yield { name, labels, value: sample.value }
    } catch (error) {
      if (!(error instanceof LineFault)) throw error
      if (!isTold) onTrouble(`not Prometheus' text format: ${error.message}`)
      isTold = true
    }
  }
}
