// How a function entry is written: a template over its arguments, or a function from arguments to SQL.
//
// An entry's key is Microsoft's symbol name, so arity, overloads and result type are never repeated here.

import type { Cell, ScalarType } from '../model.ts'
import type { Expr } from '../plan/nodes.ts'
import { convertWritten } from '../sql/convert.ts'
import { asJson, asString, type Written, written } from '../sql/written.ts'

export interface WriteCall {
  readonly fn: string
  readonly args: readonly Written[]
  /** The same arguments as plan expressions, for what must be known while compiling. */
  readonly exprs: readonly Expr[]
  readonly type: ScalarType
  /** A short name for SQL that is needed more than once; the SELECT defines it. Short SQL is its own name. */
  readonly share: (sql: string) => string
  /** All values of a set subquery as an array, where an argument is one. */
  readonly set: (index: number) => string | undefined
}

/**
 * What a function does in this process, for what SQL cannot express. It gets cells of exactly these types (the last one stands for
 * all further arguments; optional ones that were not given are missing), and remembers nothing. It throws an ArgumentError for values
 * whose result Kusto does not document, and nothing else. See rewrite/local-calls.ts.
 */
export interface LocalFunction {
  readonly parameters: readonly ScalarType[]
  /** Calls with more arguments are refused, unless these are false, which asks for nothing. */
  readonly most?: number
  /** Where SQL can express some calls: which ones are left to this. */
  readonly when?: (args: readonly Expr[]) => boolean
  readonly run: (args: readonly Cell[]) => Cell
}

export interface FunctionEntry {
  readonly write: (call: WriteCall) => Written
  readonly local?: LocalFunction
}
export type FunctionTable = Readonly<Record<string, FunctionEntry>>

/** An argument in the form a template wants it. */
export type Operand = (call: WriteCall) => { readonly sql: string; readonly nullable: boolean }

export class ArgumentError extends Error {}

export function argument(call: WriteCall, index: number): Written {
  const found = call.args[index]
  if (!found) throw new ArgumentError(`'${call.fn}' needs an argument ${index + 1}`)
  return found
}

/** The argument as it is; as text; as JSON text; converted to a type. */
export const arg =
  (i: number): Operand =>
  (call) =>
    argument(call, i)
export const str =
  (i: number): Operand =>
  (call) =>
    asString(argument(call, i), call.share)
export const json =
  (i: number): Operand =>
  (call) =>
    asJson(argument(call, i))
export const as =
  (type: ScalarType, i: number): Operand =>
  (call) =>
    convertWritten(argument(call, i), type, call.share)
/** An optional argument, or this SQL in its place. */
export const or =
  (i: number, operand: Operand, absent: string): Operand =>
  (call) =>
    i < call.args.length ? operand(call) : { sql: absent, nullable: false }

/** A result that keeps KQL's promise: strings are never null. */
export function result(type: ScalarType, sql: string, nullable: boolean): Written {
  if (type === 'string' && nullable) return written(type, `ifNull(${sql}, '')`, false)
  return written(type, sql, nullable)
}

/** sql`lengthUTF8(${str(0)})`: null where an operand is null. */
export function sql(texts: TemplateStringsArray, ...operands: readonly (Operand | number)[]): FunctionEntry {
  return {
    write(call) {
      let text = texts[0] ?? ''
      let nullable = false
      operands.forEach((operand, i) => {
        const w = typeof operand === 'number' ? argument(call, operand) : operand(call)
        nullable ||= w.nullable
        text += w.sql + (texts[i + 1] ?? '')
      })
      return result(call.type, text, nullable)
    },
  }
}

/** The same, where the result can be null though no operand is. */
export function mayBeNull(entry: FunctionEntry): FunctionEntry {
  return { write: (call) => ({ ...entry.write(call), nullable: true }) }
}

/** From arguments to SQL; `nullable` says whether the result can be null (default: if any argument can). */
export function fn(write: (call: WriteCall) => string | Written, nullable?: boolean): FunctionEntry {
  return {
    write(call) {
      const made = write(call)
      if (typeof made !== 'string') return made
      return result(call.type, made, nullable ?? call.args.some((a) => a.nullable))
    },
  }
}

/** The constant that an argument is, or undefined. */
export function constant(call: WriteCall, index: number): string | number | bigint | boolean | null | undefined {
  const expr = call.exprs[index]
  return expr?.kind === 'lit' ? expr.value : undefined
}

/**
 * A function computed in this process. A call that is left where SQL is written stands where no rows can be taken out for it, or gives
 * an argument that `more` says is not understood.
 */
export function local(parameters: readonly ScalarType[], run: LocalFunction['run'], more?: string): FunctionEntry {
  return {
    write(call) {
      if (more !== undefined && call.args.length > parameters.length) throw new ArgumentError(`'${call.fn}': ${more}`)
      throw new ArgumentError(`'${call.fn}' is computed outside the engine, which is not supported in this place`)
    },
    local: { parameters, run, ...(more === undefined ? {} : { most: parameters.length }) },
  }
}
