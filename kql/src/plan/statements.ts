// Statements before the query other than let: patterns, parameters, restrictions, aliases.
// https://learn.microsoft.com/kusto/query/statements
import { CompileError, codes } from '../diagnostics.ts'
import {
  type Expression,
  elements,
  is,
  type Node,
  nodeName,
  type Statement,
  scalarType,
  span,
  text,
  word,
} from '../kusto/syntax.ts'
import { wildcardPattern } from '../regex.ts'
import { bindName, type Environment, type Lowering, lookup } from './context.ts'
import { convert, unsupported } from './expressions.ts'
import { lit, parseLiteral } from './literals.ts'
import type { Relation } from './nodes.ts'

/** `long(null)`, and a text without anything. */
const isNull = /^\s*(?:[a-z]+\s*\(\s*null\s*\)|null)?\s*$/i

/** `declare query_parameters(n:long = 5)`: the values come with the request. */
function bindParameters(
  statement: Node<'QueryParametersStatement'>,
  env: Environment | undefined,
  ctx: Lowering,
): Environment | undefined {
  return elements<Node<'FunctionParameter'>>(statement.Parameters).reduce((outer, parameter) => {
    const name = parameter.NameAndType?.Name?.SimpleName ?? ''
    const type = scalarType(parameter.NameAndType?.Type?.ReferencedSymbol as never) ?? 'dynamic'
    const given = ctx.options.parameters?.[name]
    const fallback = parameter.DefaultValue?.Value
    if (given !== undefined) {
      const value = type === 'string' ? given : parseLiteral(type, given)
      if (value === null && !isNull.test(given))
        throw new CompileError(
          codes.notConstant,
          `the value of the query parameter '${name}' is no ${type}`,
          span(parameter),
        )
      return bindName(outer, name, { kind: 'scalar', expr: lit(type, value) })
    }
    if (!fallback)
      throw new CompileError(
        codes.notConstant,
        `the query parameter '${name}' has no value`,
        span(parameter),
        'send it with the request, or declare a default',
      )
    return bindName(outer, name, {
      kind: 'scalar',
      expr: convert(ctx.expr(fallback, { env: outer, columns: [] }), type),
    })
  }, env)
}

/** What an entity of `restrict access to` allows: a name, or a pattern with stars. */
function allowedNames(node: Expression): RegExp {
  const last = is(node, 'PathExpression') ? node.Selector! : node
  const name = text(last).replace(/^\[?["']?|["']?\]?$/g, '')
  return wildcardPattern(name)
}

function aliasOf(statement: Node<'AliasStatement'>, env: Environment | undefined): Environment {
  const target = statement.Expression
  if (!is(target, 'FunctionCallExpression') || target.Name?.SimpleName !== 'database')
    return unsupported(statement, 'this alias')
  return bindName(env, statement.Name?.SimpleName ?? '', {
    kind: 'workspace',
    name: word(elements(target.ArgumentList?.Expressions)[0]),
  })
}

/** The names in scope behind a statement that is no let. */
export function bindStatement(
  statement: Statement,
  env: Environment | undefined,
  ctx: Lowering,
): Environment | undefined {
  if (is(statement, 'SetOptionStatement') || is(statement, 'ExpressionStatement')) return env
  if (is(statement, 'QueryParametersStatement')) return bindParameters(statement, env, ctx)
  if (is(statement, 'RestrictStatement'))
    return bindName(env, '', { kind: 'restriction', allowed: elements(statement.Expressions).map(allowedNames) })
  if (is(statement, 'AliasStatement')) return aliasOf(statement, env)
  if (is(statement, 'PatternStatement')) {
    const name = statement.Name?.SimpleName ?? ''
    return statement.Pattern
      ? bindName(env, name, { kind: 'pattern', pattern: statement.Pattern, env })
      : unsupported(statement, 'a pattern without a body')
  }
  return unsupported(
    statement,
    `the ${nodeName(statement)
      .replace(/Statement$/, '')
      .toLowerCase()} statement`,
  )
}

/** `country("USA").["New York"]`: the body declared for these values. */
export function patternCall(
  call: Node<'FunctionCallExpression'>,
  path: Expression | undefined,
  env: Environment | undefined,
  ctx: Lowering,
): Relation | undefined {
  const binding = lookup(env, call.Name?.SimpleName ?? '')
  if (binding?.kind !== 'pattern') return undefined
  const constant = (e: Expression): string => {
    const made = ctx.expr(e, { env, columns: [] })
    return made.kind === 'lit' ? String(made.value) : unsupported(e, 'a pattern argument that is not a constant')
  }
  const given = elements(call.ArgumentList?.Expressions).map(constant)
  const selected = is(path, 'NameReference') ? (path.SimpleName ?? '') : path ? constant(path) : undefined
  const match = elements<Node<'PatternMatch'>>(binding.pattern.Patterns).find((m) => {
    const values = elements(m.ParameterValues?.Expressions).map((v) => word(v))
    const at = m.PathValue ? word(m.PathValue.Value) : undefined
    return at === selected && values.length === given.length && values.every((v, i) => v === given[i])
  })
  const body = match?.Body?.Expression
  if (!match || !body)
    throw new CompileError(
      codes.unsupportedSyntax,
      `the pattern '${call.Name?.SimpleName ?? ''}' declares nothing for these values`,
      span(call),
    )
  return ctx.relation(body, ctx.statements(elements(match.Body?.Statements), binding.env))
}
