// Expressions and values with expressions in them -> values.
import { type Expression, expressionIn, literalText, parseExpression, TemplateError } from './expression.ts'
import { booleanAt, isRecord, kindOf, listAt, memberOf, textAt, WrongArgument } from './functions/function.ts'
import { templateFunctions } from './functions/index.ts'
import type { Json, Scope } from './scope.ts'

/** Every text in it that is an expression becomes its value. Throws TemplateError or NeedsResource. */
export function evaluate(value: Json, scope: Scope, path = ''): Json {
  if (typeof value === 'string') return evaluateText(value, scope, path)
  if (Array.isArray(value)) return value.map((each: Json, at) => evaluate(each, scope, `${path}/${at}`))
  if (!isRecord(value)) return value
  const { copy, ...members } = value
  const copied = Array.isArray(copy) ? copiesOf(copy, scope, `${path}/copy`) : {}
  const own = Array.isArray(copy) || copy === undefined ? members : value
  const entries = Object.entries(own).map(([name, each]) => [
    textOfName(evaluateText(name, scope, path)),
    evaluate(each, scope, `${path}/${name}`),
  ])
  return { ...Object.fromEntries(entries), ...copied }
}

const textOfName = (name: Json): string => String(name)

/** `copy: [{name, count, input}]`: a list of each name. */
export function copiesOf(copies: readonly Json[], scope: Scope, path: string): Record<string, Json> {
  const entries = copies.map((each, at) => {
    const name = String(memberOf(each, 'name') ?? '')
    const input = memberOf(each, 'input') ?? null
    const count = countOf(memberOf(each, 'count') ?? 0, scope, `${path}/${at}/count`)
    const indices = Array.from({ length: count }, (_, index) => index)
    return [name, indices.map((index) => evaluate(input, withCopy(scope, name, index), `${path}/${at}/input`))] as const
  })
  return Object.fromEntries(entries)
}

export function countOf(given: Json, scope: Scope, path: string): number {
  const count = evaluate(given, scope, path)
  if (typeof count === 'number' && Number.isInteger(count) && count >= 0 && count <= 800) return count
  throw new TemplateError(`a count is a whole number from 0 to 800, not ${kindOf(count)}`, path)
}

export function withCopy(scope: Scope, name: string, index: number): Scope {
  return { ...scope, copies: [...scope.copies, { name, index }] }
}

function evaluateText(text: string, scope: Scope, path: string): Json {
  const expression = expressionIn(text)
  if (expression === undefined) return literalText(text)
  try {
    return resultOf(parseExpression(expression), scope)
  } catch (error) {
    if (error instanceof TemplateError && error.path === '') throw new TemplateError(error.reason, path, error.at)
    throw error
  }
}

function resultOf(expression: Expression, scope: Scope): Json {
  switch (expression.is) {
    case 'literal':
      return expression.value
    case 'call':
      return called(expression, scope)
    case 'member':
      return part(resultOf(expression.of, scope), expression.name, expression)
    case 'index':
      return part(resultOf(expression.of, scope), resultOf(expression.index, scope), expression)
  }
}

function part(value: Json, index: Json, { safe, at }: { readonly safe: boolean; readonly at: number }): Json {
  const found =
    typeof index === 'number' && Array.isArray(value)
      ? (value[index] as Json | undefined)
      : memberOf(value, String(index))
  if (found !== undefined) return found
  if (safe) return null
  throw new TemplateError(`there is no '${String(index)}' in ${kindOf(value)}`, '', at)
}

type Call = Extract<Expression, { readonly is: 'call' }>

/** Functions that do not evaluate all their arguments first, or that need more than their arguments. */
const special: Readonly<Record<string, (call: Call, scope: Scope) => Json>> = {
  if: ({ args }, scope) => {
    const [condition, yes, no] = args
    if (!condition || !yes || !no) throw new WrongArgument('a condition and two values are needed')
    return booleanAt([resultOf(condition, scope)], 0) ? resultOf(yes, scope) : resultOf(no, scope)
  },
  and: ({ args }, scope) => args.every((each) => booleanAt([resultOf(each, scope)], 0)),
  or: ({ args }, scope) => args.some((each) => booleanAt([resultOf(each, scope)], 0)),
  parameters: (call, scope) => named(call, scope, 'parameter', (name) => scope.parameter(name)),
  variables: (call, scope) => named(call, scope, 'variable', (name) => scope.variable(name)),
  lambdavariables: (call, scope) => named(call, scope, 'variable of a lambda', (name) => scope.bound.get(name)),
  copyindex: copyIndex,
  reference: (call, scope) => {
    const args = call.args.map((each) => resultOf(each, scope))
    const document = scope.resource(textAt(args, 0))
    return String(args[2] ?? '').toLowerCase() === 'full' ? document : (memberOf(document, 'properties') ?? {})
  },
  map: ({ args }, scope) => each(args, scope).map(([, bound]) => lambdaValue(args[1], bound)),
  filter: ({ args }, scope) =>
    each(args, scope).flatMap(([value, bound]) => (booleanAt([lambdaValue(args[1], bound)], 0) ? [value] : [])),
  toobject: ({ args }, scope) =>
    Object.fromEntries(
      each(args, scope).map(([value, bound]) => [
        String(lambdaValue(args[1], bound)),
        args[2] ? lambdaValue(args[2], scopeOf(args[2], scope, value)) : value,
      ]),
    ),
}

/** In lower case, without `lambda`, which stands only within others. */
export const specialFunctions: readonly string[] = Object.keys(special)

function called(call: Call, scope: Scope): Json {
  const name = call.name.toLowerCase()
  const own = Object.hasOwn(special, name) ? special[name] : undefined
  const plain = templateFunctions.get(name)
  if (!own && !plain)
    throw new TemplateError(
      `the function '${call.name}' is not known here; docs/management.md lists those that are`,
      '',
      call.at,
    )
  try {
    if (own) return own(call, scope)
    return (
      plain?.(
        call.args.map((each) => resultOf(each, scope)),
        scope,
      ) ?? null
    )
  } catch (error) {
    if (!(error instanceof WrongArgument)) throw error
    throw new TemplateError(`${call.name}: ${error.message}`, '', call.at)
  }
}

function named(call: Call, scope: Scope, what: string, find: (name: string) => Json | undefined): Json {
  const name = textAt(
    call.args.map((each) => resultOf(each, scope)),
    0,
  )
  const found = find(name)
  if (found === undefined) throw new WrongArgument(`there is no ${what} '${name}'`)
  return found
}

/** `copyIndex(['name'], [offset])`; without a name that of the innermost copy. */
function copyIndex({ args }: Call, scope: Scope): Json {
  const values = args.map((each) => resultOf(each, scope))
  const name = typeof values[0] === 'string' ? values[0].toLowerCase() : undefined
  const copy = scope.copies.findLast((each) => name === undefined || each.name.toLowerCase() === name)
  if (!copy) throw new WrongArgument(name === undefined ? 'nothing is copied here' : `no copy '${values[0]}' runs here`)
  const offset = values.find((value) => typeof value === 'number')
  return copy.index + (typeof offset === 'number' ? offset : 0)
}

/** The elements of a list, each with the scope in which the lambda behind it is evaluated. */
function each(args: readonly Expression[], scope: Scope): readonly (readonly [Json, Scope])[] {
  const [list, lambda] = args
  if (!list) throw new WrongArgument('a list is needed')
  return listAt([resultOf(list, scope)], 0).map((value) => [value, scopeOf(lambda, scope, value)])
}

function scopeOf(lambda: Expression | undefined, scope: Scope, value: Json): Scope {
  const parameter = lambda?.is === 'call' && lambda.name.toLowerCase() === 'lambda' ? lambda.args[0] : undefined
  if (parameter?.is !== 'literal') throw new WrongArgument('a lambda of one variable is needed')
  return { ...scope, bound: new Map([...scope.bound, [String(parameter.value), value]]) }
}

function lambdaValue(lambda: Expression | undefined, scope: Scope): Json {
  const body = lambda?.is === 'call' ? lambda.args[1] : undefined
  if (!body) throw new WrongArgument('a lambda has a body')
  return resultOf(body, scope)
}
