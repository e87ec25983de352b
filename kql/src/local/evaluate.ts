// Evaluates plan expressions over rows in this process: the few that depend on what earlier rows did. Whatever does not is
// computed by the engine before (see split), so only operators and the simplest functions are needed here.
import { CompileError, codes, nowhere } from '../diagnostics.ts'
import type { Cell, ScalarType } from '../model.ts'
import type { ColumnId, Definition, Expr } from '../plan/nodes.ts'
import { columnsIn } from '../plan/walk.ts'
import { formatDatetime, formatTimespan, parseDatetime, parseTimespan } from '../values.ts'

/** Whole numbers, timespans and datetimes (ticks) as bigint; dynamic as JSON text. */
export type Item = null | boolean | number | bigint | string
/** An expression made ready: from the values of columns to its own. */
export type Evaluate<F> = (frame: F) => Item

export function itemOf(cell: Cell, type: ScalarType): Item {
  if (cell === null) return null
  if (type === 'datetime') return parseDatetime(String(cell))
  return type === 'int' || type === 'long' || type === 'timespan' ? BigInt(cell as number) : cell
}

export function cellOf(item: Item, type: ScalarType): Cell {
  if (item === null) return type === 'string' ? '' : null
  if (type === 'datetime') return typeof item === 'bigint' ? formatDatetime(item) : item
  if (type === 'real') return Number(item)
  return item
}

export function textOf(item: Item, type: ScalarType): string {
  if (item === null) return ''
  if (type === 'datetime' && typeof item === 'bigint') return formatDatetime(item)
  if (type === 'timespan' && typeof item === 'bigint') return formatTimespan(item)
  if (type === 'dynamic') {
    const value: unknown = JSON.parse(String(item))
    return typeof value === 'string' ? value : value === null ? '' : String(item)
  }
  return String(item)
}

/** The JSON text of a value: what it becomes inside a dynamic. */
export function jsonOf(item: Item, type: ScalarType): string {
  if (item === null) return type === 'string' ? '""' : 'null'
  if (type === 'dynamic') return String(item)
  if (type === 'real') return Number.isInteger(item) ? `${item}.0` : JSON.stringify(item)
  if (typeof item === 'boolean' || type === 'int' || type === 'long') return String(item)
  return JSON.stringify(textOf(item, type))
}

type Operation = (args: readonly Item[], types: readonly ScalarType[], type: ScalarType) => Item

const empty = (item: Item): boolean => item === null || item === ''
const compare = (a: Item, b: Item): number | null => (a === null || b === null ? null : a < b ? -1 : a > b ? 1 : 0)
const ordered =
  (test: (c: number) => boolean): Operation =>
  ([a = null, b = null]) => {
    const c = compare(a, b)
    return c === null ? null : test(c)
  }
const same = (a: Item, b: Item): boolean => (a === null || b === null ? false : compare(a, b) === 0)

/** Null beyond what a long holds. */
const wholeOf = (value: number): bigint | null => (Math.abs(value) < 2 ** 63 ? BigInt(value) : null)

const arithmetic =
  (whole: (a: bigint, b: bigint) => bigint | null, real: (a: number, b: number) => number): Operation =>
  ([a = null, b = null], _types, type) => {
    if (a === null || b === null) return null
    if (typeof a === 'bigint' && typeof b === 'bigint' && type !== 'real') return whole(a, b)
    const value = real(Number(a), Number(b))
    const isWhole = type === 'timespan' || type === 'datetime' || type === 'long' || type === 'int'
    return isWhole ? wholeOf(Math.round(value)) : value
  }

const parsed = (item: Item, read: (text: string) => Item): Item => (item === null ? null : read(String(item).trim()))
const number = (text: string): number | null => (text !== '' && Number.isFinite(Number(text)) ? Number(text) : null)
const real: Operation = ([a = null], [type = 'real']) =>
  type === 'string' || type === 'dynamic' ? parsed(textOf(a, type), number) : a === null ? null : Number(a)
const whole: Operation = (args, types, type) => {
  if (typeof args[0] === 'bigint') return args[0]
  const value = real(args, types, type)
  return value === null ? null : wholeOf(Math.trunc(Number(value)))
}
const ticks =
  (read: (text: string) => bigint | null): Operation =>
  ([a = null], [type = 'string']) =>
    typeof a === 'bigint' ? a : a === null ? null : read(textOf(a, type))

const element = (item: Item, key: Item): Item => {
  if (item === null || key === null) return null
  const value: unknown = JSON.parse(String(item))
  if (value === null || typeof value !== 'object') return null
  const found: unknown = Array.isArray(value) ? value.at(Number(key)) : Reflect.get(value, String(key))
  return found === undefined || found === null ? null : JSON.stringify(found)
}

const lower = (item: Item): string => String(item ?? '').toLowerCase()
const first = (items: readonly Item[]): Item => items.find((i) => !empty(i)) ?? null
const pick =
  (better: (c: number) => boolean): Operation =>
  (args) =>
    args.reduce((best, a) => (best === null ? a : a === null ? best : better(compare(a, best) ?? 0) ? a : best), null)
const isIn: Operation = ([a = null, ...options]) => options.some((o) => same(a, o))
const isInFolded: Operation = ([a = null, ...options]) =>
  options.some((o) => (typeof a === 'string' ? lower(a) === lower(o) : same(a, o)))

const operations: Readonly<Record<string, Operation>> = {
  And: (args) => (args.includes(false) ? false : args.includes(null) ? null : true),
  Or: (args) => (args.includes(true) ? true : args.includes(null) ? null : false),
  not: ([a = null]) => (a === null ? null : a !== true),
  Equal: ([a = null, b = null]) => same(a, b),
  NotEqual: ([a = null, b = null]) => !same(a, b),
  EqualTilde: ([a = null, b = null]) => lower(a) === lower(b),
  BangTilde: ([a = null, b = null]) => lower(a) !== lower(b),
  LessThan: ordered((c) => c < 0),
  LessThanOrEqual: ordered((c) => c <= 0),
  GreaterThan: ordered((c) => c > 0),
  GreaterThanOrEqual: ordered((c) => c >= 0),
  Add: arithmetic(
    (a, b) => a + b,
    (a, b) => a + b,
  ),
  Subtract: arithmetic(
    (a, b) => a - b,
    (a, b) => a - b,
  ),
  Multiply: arithmetic(
    (a, b) => a * b,
    (a, b) => a * b,
  ),
  Divide: arithmetic(
    (a, b) => (b === 0n ? null : a / b),
    (a, b) => a / b,
  ),
  Modulo: arithmetic(
    (a, b) => (b === 0n ? null : a % b),
    (a, b) => a % b,
  ),
  UnaryMinus: ([a = null]) => (a === null ? null : typeof a === 'bigint' ? -a : -Number(a)),
  iff: ([c, a = null, b = null]) => (c === true ? a : b),
  iif: ([c, a = null, b = null]) => (c === true ? a : b),
  case: (args) => {
    for (let i = 0; i + 1 < args.length; i += 2) if (args[i] === true) return args[i + 1] ?? null
    return args.at(-1) ?? null
  },
  coalesce: first,
  isnull: ([a = null], [type]) => type !== 'string' && a === null,
  isnotnull: ([a = null], [type]) => type === 'string' || a !== null,
  isempty: ([a = null], [type = 'string']) => textOf(a, type) === '',
  isnotempty: ([a = null], [type = 'string']) => textOf(a, type) !== '',
  min_of: pick((c) => c < 0),
  max_of: pick((c) => c > 0),
  abs: ([a = null]) => (a === null ? null : typeof a === 'bigint' ? (a < 0n ? -a : a) : Math.abs(Number(a))),
  strcat: (args, types) => args.map((a, i) => textOf(a, types[i] ?? 'string')).join(''),
  tostring: ([a = null], [type = 'string']) => textOf(a, type),
  strlen: ([a = null]) => BigInt([...String(a ?? '')].length),
  tolower: ([a = null]) => lower(a),
  toupper: ([a = null]) => String(a ?? '').toUpperCase(),
  StartsWith: ([a = null, b = null]) => lower(a).startsWith(lower(b)),
  EndsWith: ([a = null, b = null]) => lower(a).endsWith(lower(b)),
  Contains: ([a = null, b = null]) => lower(a).includes(lower(b)),
  InCs: isIn,
  NotInCs: (...call) => !isIn(...call),
  In: isInFolded,
  NotIn: (...call) => !isInFolded(...call),
  toreal: real,
  todouble: real,
  tolong: whole,
  toint: whole,
  todatetime: ticks(parseDatetime),
  totimespan: ticks(parseTimespan),
  tobool: ([a = null], [type = 'bool']) =>
    typeof a === 'boolean' || a === null ? a : textOf(a, type).toLowerCase() === 'true',
  todynamic: ([a = null], [type = 'dynamic']) => (a === null ? null : type === 'string' ? String(a) : jsonOf(a, type)),
  parse_json: ([a = null], [type = 'dynamic']) => (a === null ? null : type === 'string' ? String(a) : jsonOf(a, type)),
  path: ([a = null, ...keys]) => keys.reduce(element, a),
  array_length: ([a = null]) => {
    const value: unknown = a === null ? null : JSON.parse(String(a))
    return Array.isArray(value) ? BigInt(value.length) : null
  },
  pack_array: (args, types) => `[${args.map((a, i) => jsonOf(a, types[i] ?? 'dynamic')).join(',')}]`,
  array_concat: (args) =>
    `[${args
      .flatMap((a) => {
        const v: unknown = a === null ? [] : JSON.parse(String(a))
        return Array.isArray(v) ? v.map((x) => JSON.stringify(x)) : []
      })
      .join(',')}]`,
  strcat_array: ([a = null, b = null]) => {
    const value: unknown = a === null ? [] : JSON.parse(String(a))
    return Array.isArray(value)
      ? value.map((v) => (typeof v === 'string' ? v : v === null ? '' : JSON.stringify(v))).join(String(b ?? ''))
      : ''
  },
}

const stringly = (type: ScalarType, item: Item): Item => (type === 'string' ? (item ?? '') : item)

/** Makes an expression ready. `column` reads a column; what is no operator known here is refused. */
export function ready<F>(expr: Expr, column: (id: ColumnId) => Evaluate<F>): Evaluate<F> {
  switch (expr.kind) {
    case 'lit':
      return () => stringly(expr.type, expr.value)
    case 'col':
      return column(expr.id)
    case 'subquery':
      throw new CompileError(codes.unsupportedSyntax, 'a subquery that depends on earlier rows is not supported', {
        start: 0,
        length: 0,
      })
    case 'call': {
      const operation = Object.hasOwn(operations, expr.fn) ? operations[expr.fn] : undefined
      if (!operation)
        throw new CompileError(
          codes.unsupportedFunction,
          `the function '${expr.fn}' is not supported where its arguments depend on other rows`,
          expr.at ?? nowhere,
        )
      const args = expr.args.map((a) => ready(a, column))
      const types = expr.args.map((a) => a.type)
      return (frame) =>
        stringly(
          expr.type,
          operation(
            args.map((a) => a(frame)),
            types,
            expr.type,
          ),
        )
    }
    default:
      return expr satisfies never
  }
}

/** Splits off what does not depend on the ids that only this process knows: definitions for the engine, and the rest over them. */
export function split(
  expr: Expr,
  isLocal: (id: ColumnId) => boolean,
  newColumn: (expr: Expr) => ColumnId,
  definitions: Definition[],
): Expr {
  if (expr.kind === 'lit' || expr.kind === 'col') return expr
  if (expr.kind === 'call' && [...columnsIn(expr)].some(isLocal)) {
    return { ...expr, args: expr.args.map((a) => split(a, isLocal, newColumn, definitions)) }
  }
  const id = newColumn(expr)
  definitions.push({ id, expr })
  return { kind: 'col', id, type: expr.type }
}
