// Prints what was measured.
import type { Measured } from './measure.ts'

const columns = ['query', 'rows', 'KQL ms', 'SQL ms', 'ratio', 'compile ms', 'again ms', 'ratio', 'difference'] as const

export function report(results: readonly Measured[]): string {
  const lines = results.map((r) => [
    r.name,
    String(r.rows),
    r.kqlMillis.toFixed(1),
    r.sqlMillis.toFixed(1),
    ratio(r).toFixed(2),
    r.compileMillis.toFixed(1),
    r.againMillis.toFixed(1),
    (r.againMillis / r.sqlMillis).toFixed(2),
    r.difference,
  ])
  const widths = columns.map((name, n) => Math.max(name.length, ...lines.map((line) => line[n]?.length ?? 0)))
  const text = [columns, ...lines].map((line) =>
    line
      .map((cell, n) =>
        n === 0 || n === columns.length - 1 ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  )
  const answered = results.filter((r) => !Number.isNaN(r.kqlMillis))
  text.push(
    '',
    `geometric mean of the ratio over ${answered.length} queries: ${geometricMean(answered.map(ratio)).toFixed(2)} when a text is seen for the ` +
      `first time, ${geometricMean(answered.map((r) => r.againMillis / r.sqlMillis)).toFixed(2)} when it is asked again`,
  )
  return text.join('\n')
}

const ratio = (r: Measured) => r.kqlMillis / r.sqlMillis

function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length)
}
