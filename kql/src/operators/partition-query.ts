// partition with braces: a query with a source of its own for each key. https://learn.microsoft.com/kusto/query/partition-operator
import { type Expression, is, isTable, type Node, type SyntaxElement } from '../kusto/syntax.ts'
import { bindName, type Environment, type Lowering } from '../plan/context.ts'
import { unsupported } from '../plan/expressions.ts'
import { longLit } from '../plan/literals.ts'
import type { Definition, Expr, NamedColumn, Rel, Relation } from '../plan/nodes.ts'
import { reused } from '../plan/reuse.ts'

/** A pipe as its source and its operators. */
function stagesOf(node: Expression): { readonly source: Expression; readonly operators: readonly Expression[] } {
  if (is(node, 'ParenthesizedExpression')) return stagesOf(node.Expression!)
  if (!is(node, 'PipeExpression')) return { source: node, operators: [] }
  const before = stagesOf(node.Expression!)
  return { source: before.source, operators: [...before.operators, node.Operator!] }
}

/** Where a name stands: nowhere, in an expression over the rows, or in a table inside one, which is computed for all rows at once. */
function mention(node: SyntaxElement, name: string): 'none' | 'row' | 'table' {
  if (is(node, 'NameReference')) return node.SimpleName === name ? 'row' : 'none'
  let found: 'none' | 'row' | 'table' = 'none'
  for (let i = 0; i < node.ChildCount; i++) {
    const child = node.GetChild(i)
    const inside = child ? mention(child, name) : 'none'
    if (inside === 'none' || !child) continue
    const isInTable = is(child, 'PipeExpression') || isTable(Reflect.get(child, 'ResultType') ?? null)
    if (inside === 'table' || isInTable) return 'table'
    found = 'row'
  }
  return found
}

/** Every row of the one beside every row of the other. */
function crossed(left: Rel, right: Rel, ctx: Lowering): Rel {
  const one = (input: Rel): { readonly rel: Rel; readonly expr: Expr } => {
    const id = ctx.newColumn('one', 'long', false)
    const rel: Rel = { kind: 'extend', input, columns: [{ id, expr: longLit(1) }] }
    return { rel, expr: { kind: 'col', id, type: 'long' } }
  }
  const [l, r] = [one(left), one(right)]
  return { kind: 'join', join: 'inner', left: l.rel, right: r.rel, on: [{ left: l.expr, right: r.expr }] }
}

/**
 * The rows of the query's source once for each key. The key can be read by the conditions and columns right behind the source, which
 * are the same for all rows of a group; the operators behind those work on each group by itself.
 */
export function partitionQuery(
  node: Node<'PartitionOperator'>,
  query: Expression,
  key: { readonly name: string; readonly expr: Expr; readonly input: Rel },
  env: Environment | undefined,
  ctx: Lowering,
): Relation {
  const { source, operators } = stagesOf(query)
  if (key.name === '') return unsupported(node.ByExpression ?? node, 'a key that is no column, before braces')
  if (mention(source, key.name) !== 'none') return unsupported(source, 'a source that depends on the key')
  const last = operators.findLastIndex((o) => mention(o, key.name) !== 'none')
  for (const o of operators.slice(0, last + 1)) {
    const isOfRows = is(o, 'FilterOperator') || is(o, 'ExtendOperator')
    if (!isOfRows || mention(o, key.name) === 'table')
      return unsupported(o, 'this use of the key', 'read it in where or extend right behind the source')
  }
  const rows = ctx.relation(source, env)
  if (rows.columns.some((c) => c.name === key.name)) return unsupported(source, 'a source with a column like the key')
  const id = ctx.newColumn(key.name, key.expr.type)
  const keyed: Definition[] = [{ id, expr: key.expr }]
  const distinct: Rel = { kind: 'aggregate', input: key.input, keys: keyed, aggregates: [] }
  const column: NamedColumn = { name: key.name, id, type: key.expr.type }
  const use = reused('partition', { rel: distinct, columns: [column] }, ctx)
  const own = use()
  const keyId = own.columns[0]!.id
  const within = bindName(env, key.name, { kind: 'scalar', expr: { kind: 'col', id: keyId, type: column.type } })
  const start: Relation = {
    rel: crossed(own.rel, rows.rel, ctx),
    columns: rows.columns,
    partition: {
      keys: [keyId],
      carried: [],
      thinned: true,
      groups: () => {
        const again = use()
        return { rel: again.rel, keys: [again.columns[0]!.id], carried: [] }
      },
    },
  }
  const { partition: _done, ...result } = operators.reduce<Relation>(
    (before, o, i) => ctx.relation(o, i <= last ? within : env, before),
    start,
  )
  return result
}
