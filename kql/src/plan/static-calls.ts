// Calls that depend on the query's names or on options of the compilation rather than on values: they are settled while lowering.
import { CompileError, codes } from '../diagnostics.ts'
import { schemaOf, shapeOf } from '../functions/local/json-schema.ts'
import type { CompileOptions } from '../index.ts'
import { columnsOf, type Expression, elements, is, type Node, span, text } from '../kusto/syntax.ts'
import type { Cell } from '../model.ts'
import type { Lowering, Scope } from './context.ts'
import { lit, stringLit } from './literals.ts'
import type { Expr } from './nodes.ts'

export type StaticCall = (node: Node<'FunctionCallExpression'>, scope: Scope, ctx: Lowering) => Expr

const argumentsOf = (node: Node<'FunctionCallExpression'>): Expression[] => elements(node.ArgumentList?.Expressions)

/** bag_pack_columns(a, b): each column under its own name. */
const packColumns: StaticCall = (node, scope, ctx) => ({
  kind: 'call',
  fn: 'bag_pack',
  args: argumentsOf(node).flatMap((a): Expr[] => {
    const name = is(a, 'SimpleNamedExpression') ? a.Name?.SimpleName : is(a, 'NameReference') ? a.SimpleName : undefined
    return [stringLit(name ?? ''), ctx.expr(a, scope)]
  }),
  type: 'dynamic',
})

/** pack_all(true) leaves out what is null or empty. */
const packAll: StaticCall = (node, scope) => {
  const args = scope.columns.flatMap((c): Expr[] => [stringLit(c.name), { kind: 'col', id: c.id, type: c.type }])
  const [ignore] = argumentsOf(node)
  return { kind: 'call', fn: ignore && text(ignore) === 'true' ? 'bag_pack_filled' : 'bag_pack', args, type: 'dynamic' }
}

/** What is known of the place of an address, as a bag; null for an address that is in no database, and for what is none. */
function placeOf(cell: Cell | undefined, places: CompileOptions['places']): Cell {
  const place = typeof cell === 'string' && cell !== '' ? places?.(cell) : undefined
  if (!place) return null
  const { country, state, city, latitude, longitude } = place
  return JSON.stringify({ country, state, city, latitude, longitude })
}

/** The same for transformations, by their names. The database knows no regions. */
function locationOf(cell: Cell | undefined, places: CompileOptions['places']): Cell {
  const place = typeof cell === 'string' && cell !== '' ? places?.(cell) : undefined
  if (!place) return null
  const { country, state, city, latitude, longitude } = place
  return JSON.stringify({ Country: country, State: state, City: city, Latitude: latitude, Longitude: longitude })
}

/**
 * https://learn.microsoft.com/kusto/query/geo-info-from-ip-address-function
 * https://learn.microsoft.com/azure/azure-monitor/data-collection/data-collection-transformations-kql#geo_location
 */
const geoInfo =
  (fn: string, find: typeof placeOf): StaticCall =>
  (node, scope, ctx) => {
    const { places } = ctx.options
    const at = span(node)
    if (!places) {
      ctx.warnings.push({
        code: codes.noPlaces,
        severity: 'warning',
        ...at,
        message: 'the server has no database of addresses, so that no address has a place',
        hint: 'start it with --geoip FILE.mmdb, such as GeoLite2-City',
      })
    }
    return {
      kind: 'call',
      fn,
      args: argumentsOf(node).map((a) => ctx.expr(a, scope)),
      type: 'dynamic',
      at,
      local: { parameters: ['string'], run: ([address]) => find(address, places) },
    }
  }

/** bin() by the size, and from the point, that `set` statements give. https://learn.microsoft.com/kusto/query/bin-auto-function */
const binAuto: StaticCall = (node, scope, ctx) => {
  const [size, from] = ['query_bin_auto_size', 'query_bin_auto_at'].map((name) => ctx.setting(name))
  if (!size) throw new CompileError(codes.notConstant, "'bin_auto' needs set query_bin_auto_size = …", span(node))
  const value = ctx.expr(argumentsOf(node)[0]!, scope)
  const constants = [size, ...(from ? [from] : [])].map((e) => ctx.expr(e, { env: undefined, columns: [] }))
  return { kind: 'call', fn: from ? 'bin_at' : 'bin', args: [value, ...constants], type: value.type, at: span(node) }
}

/** The bytes of longs and texts; the documentation gives no size for others. */
const dataSize: StaticCall = (node, scope, ctx) => {
  const columns = argumentsOf(node).flatMap((a): Expr[] =>
    is(a, 'StarExpression')
      ? scope.columns.map((c) => ({ kind: 'col', id: c.id, type: c.type }))
      : [ctx.expr(a, scope)],
  )
  const unknown = columns.find((c) => c.type !== 'long' && c.type !== 'string')
  if (unknown) {
    const message = `the function 'estimate_data_size' is not supported for values of type ${unknown.type}`
    throw new CompileError(
      codes.unsupportedFunction,
      message,
      span(node),
      'Kusto documents the size of long and string only',
    )
  }
  return columns.reduce<Expr>(
    (sum, c) => {
      const size: Expr =
        c.type === 'long' ? lit('long', 8n) : { kind: 'call', fn: 'string_size', args: [c], type: 'long' }
      return { kind: 'call', fn: 'Add', args: [sum, size], type: 'long' }
    },
    lit('long', 0n),
  )
}

/** The schema of the different shapes that values have. See functions/local/json-schema.ts. */
const buildSchema: StaticCall = (node, scope, ctx) => {
  const { aggregate, ...inner } = scope
  if (!aggregate)
    throw new CompileError(codes.unsupportedFunction, "'buildschema' stands in summarize only", span(node))
  const local = (fn: string, arg: Expr, run: (args: readonly Cell[]) => Cell): Expr => ({
    kind: 'call',
    fn,
    args: [arg],
    type: 'dynamic',
    at: span(node),
    local: { parameters: ['dynamic'], run },
  })
  const shapes = local('shape_of', ctx.expr(argumentsOf(node)[0]!, inner), shapeOf)
  const all = aggregate({ kind: 'call', fn: 'make_set', args: [shapes], type: 'dynamic' })
  return local('buildschema', all, schemaOf)
}

export const staticCalls: Readonly<Record<string, StaticCall>> = {
  bag_pack_columns: packColumns,
  bin_auto: binAuto,
  buildschema: buildSchema,
  estimate_data_size: dataSize,
  geo_info_from_ip_address: geoInfo('geo_info_from_ip_address', placeOf),
  geo_location: geoInfo('geo_location', locationOf),
  pack_all: packAll,
  column_names_of: (node) =>
    lit('dynamic', JSON.stringify(columnsOf(argumentsOf(node)[0]?.ResultType).map((c) => c.name))),
  iscolumnexists: (node, scope) =>
    lit(
      'bool',
      scope.columns.some((c) => c.name === argumentsOf(node)[0]?.LiteralValue),
    ),
}
