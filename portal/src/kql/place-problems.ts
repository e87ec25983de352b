// Moves the server's findings from the statement that was sent to the text that it was taken from.
import type { Problem } from '../api/errors.ts'

/** Where a statement stands: its first line and column, from 1. */
export interface Origin {
  readonly line: number
  readonly column: number
}

export function originOf(text: string, start: number): Origin {
  const before = text.slice(0, start)
  return { line: before.split('\n').length, column: start - before.lastIndexOf('\n') }
}

export function placedProblems(problems: readonly Problem[], origin: Origin): readonly Problem[] {
  return problems.map((problem) => {
    const { line, column } = problem
    if (line === undefined || column === undefined) return problem
    return { ...problem, line: line + origin.line - 1, column: line === 1 ? column + origin.column - 1 : column }
  })
}
