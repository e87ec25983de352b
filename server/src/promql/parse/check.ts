// The types of a query's expressions: what is written must be what operators and functions take.
import { type Aggregate, type Binary, type Call, type Expr, isComparison, isSetOp, type ValueType } from '../ast.ts'
import { parseError } from '../errors.ts'
import { functions, refusedFunctions } from '../functions/index.ts'

const typeNames: Readonly<Record<ValueType, string>> = {
  scalar: 'scalar',
  vector: 'instant vector',
  matrix: 'range vector',
  string: 'string',
}

export function typeName(type: ValueType): string {
  return typeNames[type]
}

export function typeOf(expr: Expr): ValueType {
  switch (expr.kind) {
    case 'number':
      return 'scalar'
    case 'string':
      return 'string'
    case 'selector':
      return expr.range === undefined ? 'vector' : 'matrix'
    case 'subquery':
      return 'matrix'
    case 'call':
      return functions.get(expr.name)?.returns ?? 'vector'
    case 'aggregate':
      return 'vector'
    case 'binary':
      return typeOf(expr.lhs) === 'scalar' && typeOf(expr.rhs) === 'scalar' ? 'scalar' : 'vector'
    default:
      return typeOf(expr.expr)
  }
}

/** Throws the first thing that is wrong. */
export function checked(expr: Expr, text: string): void {
  switch (expr.kind) {
    case 'subquery':
      checked(expr.expr, text)
      if (typeOf(expr.expr) !== 'vector')
        throw refused(
          text,
          expr,
          `subquery is only allowed on instant vector, got ${typeName(typeOf(expr.expr))} instead`,
        )
      return
    case 'call':
      checkCall(expr, text)
      return
    case 'aggregate':
      checkAggregate(expr, text)
      return
    case 'binary':
      checkBinary(expr, text)
      return
    case 'negate':
    case 'plus':
      checked(expr.expr, text)
      if (typeOf(expr.expr) !== 'vector' && typeOf(expr.expr) !== 'scalar')
        throw refused(
          text,
          expr,
          `unary expression only allowed on expressions of type scalar or instant vector, got "${typeName(typeOf(expr.expr))}"`,
        )
      return
    case 'paren':
      checked(expr.expr, text)
  }
}

const refused = (text: string, expr: Expr, message: string) => parseError(text, expr.start, message)

function expectType(text: string, expr: Expr, wanted: ValueType, context: string): void {
  checked(expr, text)
  const type = typeOf(expr)
  if (type !== wanted)
    throw refused(text, expr, `expected type ${typeName(wanted)} in ${context}, got ${typeName(type)}`)
}

function checkCall(call: Call, text: string): void {
  const why = refusedFunctions.get(call.name)
  if (why !== undefined) throw refused(text, call, `the function ${call.name} is not supported: ${why}`)
  const known = functions.get(call.name)
  if (!known) throw refused(text, call, `unknown function with name ${JSON.stringify(call.name)}`)
  const { args, optional = 0, variadic = false } = known
  const least = args.length - (variadic ? 1 : optional)
  const expectation = `argument(s) in call to ${JSON.stringify(call.name)}`
  if (call.args.length < least) {
    const atLeast = variadic || optional > 0 ? 'at least ' : ''
    throw refused(text, call, `expected ${atLeast}${least} ${expectation}, got ${call.args.length}`)
  }
  if (!variadic && call.args.length > args.length) {
    const atMost = optional > 0 ? 'at most ' : ''
    throw refused(text, call, `expected ${atMost}${args.length} ${expectation}, got ${call.args.length}`)
  }
  for (const [i, arg] of call.args.entries()) {
    const wanted = args[Math.min(i, args.length - 1)]
    if (wanted) expectType(text, arg, wanted, `call to function ${JSON.stringify(call.name)}`)
  }
}

function checkAggregate({ op, param, expr }: Aggregate, text: string): void {
  expectType(text, expr, 'vector', 'aggregation expression')
  if (param) expectType(text, param, op === 'count_values' ? 'string' : 'scalar', 'aggregation parameter')
}

function checkBinary(expr: Binary, text: string): void {
  const { op, lhs, rhs, returnBool, matching } = expr
  checked(lhs, text)
  checked(rhs, text)
  const types = [typeOf(lhs), typeOf(rhs)]
  if (returnBool && !isComparison(op))
    throw refused(text, expr, 'bool modifier can only be used on comparison operators')
  if (types.some((type) => type !== 'scalar' && type !== 'vector'))
    throw refused(text, expr, 'binary expression must contain only scalar and instant vector types')
  const areVectors = types.every((type) => type === 'vector')
  if (isComparison(op) && !returnBool && types.every((type) => type === 'scalar'))
    throw refused(text, expr, 'comparisons between scalars must use BOOL modifier')
  if (isSetOp(op) && !areVectors)
    throw refused(text, expr, `set operator "${op}" not allowed in binary scalar expression`)
  if (isSetOp(op) && matching && matching.many !== 'none')
    throw refused(text, expr, `no grouping allowed for "${op}" operation`)
  if (matching && !areVectors) throw refused(text, expr, 'vector matching only allowed between instant vectors')
  const twice = matching?.on ? matching.labels.find((label) => matching.include.includes(label)) : undefined
  if (twice !== undefined) throw refused(text, expr, `label "${twice}" must not occur in ON and GROUP clause at once`)
}
