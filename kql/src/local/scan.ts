// scan: a state machine over ordered rows. https://learn.microsoft.com/kusto/query/scan-operator
import type { Cell, Row, ScalarType } from '../model.ts'
import { cellOf, type Evaluate, type Item, itemOf } from './evaluate.ts'

/** What an expression of a step sees: the row, and the row that each step matched last in the sequence at hand. */
export interface Frame {
  readonly row: readonly Item[]
  readonly steps: readonly (readonly Item[] | undefined)[]
}

export interface Step {
  readonly condition: Evaluate<Frame>
  /** Place in the row of each assigned column, and its value. */
  readonly assignments: readonly { readonly at: number; readonly value: Evaluate<Frame> }[]
  readonly output: 'all' | 'last' | 'none'
}

export interface Machine {
  readonly steps: readonly Step[]
  /** Types of the columns of a row: those read, then those declared. */
  readonly types: readonly ScalarType[]
  readonly read: number
  /** Start values of the declared columns. */
  readonly defaults: readonly Item[]
  /** Place of a text that says to which sequence of rows a row belongs; undefined: all are one. */
  readonly partition: number | undefined
}

interface Sequence {
  readonly match: number
  /** The row that each step matched last. */
  readonly rows: readonly (readonly Item[] | undefined)[]
}

interface States {
  readonly sequences: (Sequence | undefined)[]
  matches: number
}

/** Rows out: the row with its assignments, then the number of the match. */
export function scanRows(machine: Machine, rows: readonly Row[]): readonly Row[] {
  const partitions = new Map<Cell, States>()
  const out: Row[] = []
  const emit = (sequence: Sequence, k: number): void => {
    const row = sequence.rows[k] ?? []
    out.push([...row.map((item, i) => cellOf(item, machine.types[i] ?? 'dynamic')), sequence.match])
  }
  const leave = (sequence: Sequence | undefined, k: number): void => {
    if (sequence && machine.steps[k]?.output === 'last') emit(sequence, k)
  }
  for (const cells of rows) {
    const key = machine.partition === undefined ? null : (cells[machine.partition] ?? null)
    const states = partitions.get(key) ?? { sequences: [], matches: 0 }
    partitions.set(key, states)
    const row = [
      ...cells.slice(0, machine.read).map((c, i) => itemOf(c, machine.types[i] ?? 'dynamic')),
      ...machine.defaults,
    ]
    for (let k = machine.steps.length - 1; k >= 0; k--) advance(machine, states, k, row, emit, leave)
  }
  for (const states of partitions.values()) states.sequences.forEach((s, k) => void leave(s, k))
  return out
}

/** Tries one step on a row: first coming from the step before, then staying, the first step also starting anew. */
function advance(
  machine: Machine,
  states: States,
  k: number,
  row: readonly Item[],
  emit: (s: Sequence, k: number) => void,
  leave: (s: Sequence | undefined, k: number) => void,
): void {
  const step = machine.steps[k]!
  const meets = (s: Sequence): boolean => step.condition({ row, steps: s.rows }) === true
  const [before, own] = [k > 0 ? states.sequences[k - 1] : undefined, states.sequences[k]]
  const enters = before !== undefined && meets(before)
  const source = enters ? before : own && meets(own) ? own : undefined
  const fresh: Sequence = { match: states.matches, rows: [] }
  const starts = !source && k === 0 && !own && meets(fresh)
  if (!source && !starts) return
  if (enters) {
    leave(own, k)
    leave(before, k - 1)
    states.sequences[k - 1] = undefined
  }
  if (starts) states.matches += 1
  const from = source ?? fresh
  const extended = [...row]
  for (const a of step.assignments) extended[a.at] = a.value({ row: extended, steps: from.rows })
  const matched = [...from.rows]
  matched[k] = extended
  const next: Sequence = { match: from.match, rows: matched }
  states.sequences[k] = next
  if (step.output === 'all') emit(next, k)
}
