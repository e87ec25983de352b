// Aggregates come in pairs, `f(x)` and `fif(x, condition)`: one entry writes both, by the engine's `If` combinator.
import type { Written } from '../sql/written.ts'
import { type FunctionTable, fn, type WriteCall } from './define.ts'

/** `, condition` of a conditional aggregate; the condition is its last argument, or the one at `index`. */
export const when = (call: WriteCall, conditional: boolean, index = -1): string =>
  conditional ? `, ${call.args.at(index)?.sql}` : ''
export const named = (base: string, conditional: boolean): string => (conditional ? `${base}If` : base)

export function both(
  key: string,
  write: (call: WriteCall, conditional: boolean) => string | Written,
  conditionalKey = `${key}if`,
): FunctionTable {
  return { [key]: fn((c) => write(c, false)), [conditionalKey]: fn((c) => write(c, true)) }
}

/** The engine widens whole numbers; KQL promises the type of the binder. */
export const narrowed = (call: WriteCall, text: string): string =>
  call.type === 'int'
    ? `toInt32(${text})`
    : call.type === 'long' || call.type === 'timespan'
      ? `toInt64(${text})`
      : text
