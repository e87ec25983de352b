// Values of functions that are computed in this process: of one call with constants, or of each row of a `local` node.
import type { LocalFunction } from '../functions/define.ts'
import { functions } from '../functions/index.ts'
import { cellOf, itemOf } from '../local/evaluate.ts'
import type { Cell, Row, ScalarType } from '../model.ts'
import { convert } from '../plan/expressions.ts'
import { lit } from '../plan/literals.ts'
import type { Call, Expr, Lit } from '../plan/nodes.ts'

/** The local function that an expression calls, if it does. */
export function localFunction(expr: Expr): LocalFunction | undefined {
  if (expr.kind !== 'call' || !Object.hasOwn(functions, expr.fn)) return undefined
  return functions[expr.fn]?.local
}

const parameter = (fn: LocalFunction, index: number, type: ScalarType): ScalarType =>
  fn.parameters[index] ?? fn.parameters.at(-1) ?? type

const isNumber: ReadonlySet<ScalarType> = new Set(['int', 'long', 'real'])
/** Whether a cell of one type is a cell of another as it is. */
const fits = (from: ScalarType, to: ScalarType): boolean =>
  from === to || (isNumber.has(from) && (to === 'real' || (from === 'int' && to === 'long')))

/** The arguments of a call, each as its parameter wants it. */
export function typedArguments(call: Call, fn: LocalFunction): readonly Expr[] {
  return call.args.map((arg, i) => {
    const type = parameter(fn, i, arg.type)
    return fits(arg.type, type) ? arg : convert(arg, type)
  })
}

function cellOfLiteral(literal: Lit): Cell {
  const cell = cellOf(literal.value, literal.type)
  return typeof cell === 'bigint' && Number.isSafeInteger(Number(cell)) ? Number(cell) : cell
}

function literalOfCell(cell: Cell, type: ScalarType): Lit {
  return lit(type, cell === null && type === 'string' ? '' : itemOf(cell, type))
}

const reals: Readonly<Record<string, ScalarType>> = { int: 'real', long: 'real' }

/** The result of a local call with constants; a constant item of a result with several columns. Anything else as it is. */
export function foldLocal(expr: Expr): Expr {
  if (expr.kind !== 'call') return expr
  if (expr.fn === 'tuple_item') return resultItem(expr)
  const fn = localFunction(expr)
  if (!fn) return expr
  const args = typedArguments(expr, fn)
  if (!args.every((a) => a.kind === 'lit')) return expr
  return literalOfCell(normal(fn.run(args.map(cellOfLiteral)), expr.type), expr.type)
}

/** Strings are never null; reals that are none are null in no place but arithmetic, and stay. */
const normal = (cell: Cell, type: ScalarType): Cell => (cell === null && type === 'string' ? '' : cell)

/** Several result columns travel as one JSON array, of which a column reads its item. */
export function resultItem(expr: Call): Expr {
  const [result, index] = expr.args
  if (!result || !index || result.kind === 'call') return expr
  if (result.kind === 'lit') return constantItem(result, index, expr.type)
  return convert({ kind: 'call', fn: 'path', args: [result, index], type: 'dynamic' }, expr.type)
}

function constantItem(result: Lit, index: Expr, type: ScalarType): Expr {
  const items: unknown = JSON.parse(String(result.value ?? 'null'))
  const item: unknown = Array.isArray(items) && index.kind === 'lit' ? items[Number(index.value)] : undefined
  if (item === undefined || item === null) return literalOfCell(null, type)
  if (type === 'dynamic') return lit(type, JSON.stringify(item))
  if (typeof item === 'number' && reals[type]) return lit(type, BigInt(Math.trunc(item)))
  return literalOfCell(item as Cell, type)
}

/** From the cells of a row to a cell. */
export type Compute = (row: Row) => Cell

const bigints = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value)

/** Makes a call ready, `column` giving the place of what is no constant and no local call. Equal arguments are computed once. */
export function computeCall(call: Call, column: (expr: Expr) => number): Compute {
  const fn = localFunction(call)
  if (!fn) throw new Error(`${call.fn} is no local function`)
  const args = typedArguments(call, fn).map((arg): Compute => {
    if (arg.kind === 'lit') {
      const cell = cellOfLiteral(arg)
      return () => cell
    }
    if (arg.kind === 'call' && localFunction(arg)) return computeCall(arg, column)
    const at = column(arg)
    return (row) => row[at] ?? (arg.type === 'string' ? '' : null)
  })
  const known = new Map<string, Cell>()
  return (row) => {
    const cells = args.map((a) => a(row))
    const key = JSON.stringify(cells, bigints)
    const found = known.get(key)
    if (found !== undefined) return found
    const made = normal(fn.run(cells), call.type)
    known.set(key, made)
    return made
  }
}
