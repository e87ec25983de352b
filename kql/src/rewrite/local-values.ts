// Values of functions that are computed in this process: of one call with constants, or of each row of a `local` node.
import { CompileError, codes, nowhere } from '../diagnostics.ts'
import { ArgumentError, type LocalFunction } from '../functions/define.ts'
import { functions } from '../functions/index.ts'
import { cellOf, itemOf } from '../local/evaluate.ts'
import { jsonElements } from '../local/json-elements.ts'
import type { Cell, Row, ScalarType } from '../model.ts'
import { convert } from '../plan/expressions.ts'
import { lit } from '../plan/literals.ts'
import type { Call, Expr, Lit } from '../plan/nodes.ts'

/** The local function that an expression calls, if it does. */
export function localFunction(expr: Expr): LocalFunction | undefined {
  if (expr.kind !== 'call') return undefined
  if (expr.local) return expr.local
  if (!Object.hasOwn(functions, expr.fn)) return undefined
  const found = functions[expr.fn]?.local
  if (found?.when && !found.when(expr.args)) return undefined
  const more = expr.args.slice(found?.most ?? expr.args.length)
  return more.every((a) => a.kind === 'lit' && a.value === false) ? found : undefined
}

/** The cell of a call. Values that the function refuses are shown at it, also when rows bring them. */
function runAt(call: Call, fn: LocalFunction, cells: readonly Cell[]): Cell {
  try {
    return normal(fn.run(cells), call.type)
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error
    throw new CompileError(codes.refusedValue, error.message, call.at ?? nowhere)
  }
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

/** The result of a local call with constants; a constant item of a result with several columns. Anything else as it is. */
export function foldLocal(expr: Expr): Expr {
  if (expr.kind !== 'call') return expr
  if (expr.fn === 'tuple_item') return resultItem(expr)
  const fn = localFunction(expr)
  if (!fn) return expr
  const args = typedArguments(expr, fn)
  if (!args.every((a) => a.kind === 'lit')) return expr
  return literalOfCell(runAt(expr, fn, args.map(cellOfLiteral)), expr.type)
}

/** Strings are never null; reals that are none are null in no place but arithmetic, and stay. */
const normal = (cell: Cell, type: ScalarType): Cell => (cell === null && type === 'string' ? '' : cell)

/**
 * Several result columns travel as one JSON array, of which a column reads its item; dynamic items are their texts in strings, since
 * the engine would write the numbers of an extracted value anew.
 */
export function resultItem(expr: Call): Expr {
  const [result, index] = expr.args
  if (!result || !index || result.kind === 'call') return expr
  if (result.kind === 'lit') return constantItem(result, index, expr.type)
  const item: Expr = { kind: 'call', fn: 'path', args: [result, index], type: 'dynamic' }
  if (expr.type !== 'dynamic') return convert(item, expr.type)
  return { kind: 'call', fn: 'parse_json', args: [convert(item, 'string')], type: 'dynamic' }
}

function constantItem(result: Lit, index: Expr, type: ScalarType): Expr {
  const items = jsonElements(String(result.value ?? 'null'))
  const text = index.kind === 'lit' ? items[Number(index.value)] : undefined
  if (text === undefined || text === 'null') return literalOfCell(null, type)
  if (type === 'dynamic') return lit(type, String(JSON.parse(text)))
  if (type === 'long' || type === 'int') return lit(type, BigInt(text))
  return literalOfCell(JSON.parse(text) as Cell, type)
}

/** From the cells of a row to a cell. */
export type Compute = (row: Row) => Cell

const bigints = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value)

/** Makes a call ready, `column` giving the place of what is no constant and no local call. Equal arguments are computed once. */
export function computeCall(call: Call, column: (expr: Expr) => number): Compute {
  const fn = localFunction(call)
  if (!fn) throw new Error(`${call.fn} is no local function`)
  const given = typedArguments(call, fn)
  const args = given.map((arg): Compute => {
    if (arg.kind === 'lit') {
      const cell = cellOfLiteral(arg)
      return () => cell
    }
    if (arg.kind === 'call' && localFunction(arg)) return computeCall(arg, column)
    const at = column(arg)
    return (row) => row[at] ?? (arg.type === 'string' ? '' : null)
  })
  // Constants, which may be large shapes, tell no call from another.
  const varying = [...given.keys()].filter((i) => given[i]?.kind !== 'lit')
  const known = new Map<string, Cell>()
  return (row) => {
    const cells = args.map((a) => a(row))
    const key = JSON.stringify(
      varying.map((i) => cells[i]),
      bigints,
    )
    const found = known.get(key)
    if (found !== undefined) return found
    const made = runAt(call, fn, cells)
    known.set(key, made)
    return made
  }
}
