// Calls that depend on the query's names or on options of the compilation rather than on values: they are settled while lowering.
import { codes } from '../diagnostics.ts'
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

/** https://learn.microsoft.com/kusto/query/geo-info-from-ip-address-function */
const geoInfo: StaticCall = (node, scope, ctx) => {
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
    fn: 'geo_info_from_ip_address',
    args: argumentsOf(node).map((a) => ctx.expr(a, scope)),
    type: 'dynamic',
    at,
    local: { parameters: ['string'], run: ([address]) => placeOf(address, places) },
  }
}

export const staticCalls: Readonly<Record<string, StaticCall>> = {
  bag_pack_columns: packColumns,
  geo_info_from_ip_address: geoInfo,
  pack_all: packAll,
  column_names_of: (node) =>
    lit('dynamic', JSON.stringify(columnsOf(argumentsOf(node)[0]?.ResultType).map((c) => c.name))),
  iscolumnexists: (node, scope) =>
    lit(
      'bool',
      scope.columns.some((c) => c.name === argumentsOf(node)[0]?.LiteralValue),
    ),
}
