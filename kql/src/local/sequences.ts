// sequence_detect: moments at which one step after another was met. https://learn.microsoft.com/kusto/query/sequence-detect-plugin
import { CompileError, codes, nowhere } from '../diagnostics.ts'
import type { Cell, Row, ScalarType } from '../model.ts'
import { cellOf, itemOf } from './evaluate.ts'

export interface Sequences {
  /** Columns that tell sequences apart, at the head of a row; behind them the time and whether each step was met then. */
  readonly dimensions: number
  readonly steps: number
  readonly time: ScalarType
  readonly duration: ScalarType
  /** From one step to the next, and from the first to the last, at most. */
  readonly stepWindow: bigint
  readonly span: bigint
}

const maxSequences = 500_000

/**
 * Rows come in the order of time, one for each moment. Every way to choose a moment for each step is a sequence: the page shows the same
 * first step before several second ones, and the other way round. A step is met later than the one before it.
 */
export const sequencesIn =
  (s: Sequences) =>
  (rows: readonly Row[]): readonly Row[] => {
    const found: Row[] = []
    const groups = Map.groupBy(rows, (row) => JSON.stringify(row.slice(0, s.dimensions), plain))
    for (const group of groups.values()) {
      const moments = group.map((row) => ({
        at: itemOf(row[s.dimensions] ?? null, s.time) as bigint,
        met: row.slice(s.dimensions + 1),
      }))
      const extend = (times: readonly bigint[], from: number): void => {
        const [first, last] = [times[0], times.at(-1)]
        if (first !== undefined && last !== undefined && times.length === s.steps) {
          if (found.length >= maxSequences)
            throw new CompileError(codes.tooComplex, `there are more than ${maxSequences} sequences`, nowhere)
          const cells = times.map((t) => cellOf(t, s.time))
          found.push([...(group[0] as Row).slice(0, s.dimensions), ...cells, cellOf(last - first, s.duration)])
          return
        }
        for (let i = from; i < moments.length; i++) {
          const { at, met } = moments[i]!
          if (first !== undefined && last !== undefined && (at - last > s.stepWindow || at - first > s.span)) return
          if (met[times.length] === true) extend([...times, at], i + 1)
        }
      }
      extend([], 0)
    }
    return found
  }

const plain = (_key: string, cell: Cell): unknown => (typeof cell === 'bigint' ? `${cell}n` : cell)
