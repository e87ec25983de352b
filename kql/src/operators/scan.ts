// scan. https://learn.microsoft.com/kusto/query/scan-operator
import {
  columnsOf,
  type Expression,
  elements,
  is,
  type Node,
  parametersOf,
  scalarType,
  text,
  word,
} from '../kusto/syntax.ts'
import { type Evaluate, type Item, ready, split } from '../local/evaluate.ts'
import { type Frame, type Machine, type Step, scanRows } from '../local/scan.ts'
import type { Environment, Lowering, Scope } from '../plan/context.ts'
import { convert, unsupported } from '../plan/expressions.ts'
import { lit, nullOf, parseLiteral, stringLit } from '../plan/literals.ts'
import type { ColumnId, Definition, Expr, NamedColumn, Rel, Relation } from '../plan/nodes.ts'
import { extended, operator, scopeOf } from './define.ts'
import { sorted } from './sort.ts'

interface Declared extends NamedColumn {
  readonly start: Item
}

function declaredColumns(node: Node<'ScanOperator'>, env: Environment | undefined, ctx: Lowering): Declared[] {
  return elements<Node<'FunctionParameter'>>(node.DeclareClause?.Declarations).map((d) => {
    const name = d.NameAndType?.Name?.SimpleName ?? ''
    const symbol = d.NameAndType?.Name?.ReferencedSymbol
    const type = scalarType((symbol && Reflect.get(symbol, 'Type')) as never) ?? 'dynamic'
    const value = d.DefaultValue?.Value
    const start = is(value, 'LiteralExpression')
      ? lit(type, type === 'string' ? String(value.LiteralValue ?? '') : parseLiteral(type, text(value)))
      : value
        ? convert(ctx.expr(value, { env, columns: [] }), type)
        : nullOf(type)
    if (start.kind !== 'lit') return unsupported(d, 'a start value that is not a constant')
    return { name, type, id: ctx.newColumn(name, type), start: start.value }
  })
}

/** Texts of several values as one, to tell partitions apart. */
function keyText(exprs: readonly Expr[]): Expr {
  return exprs.reduce<Expr>(
    (all, e) => ({
      kind: 'call',
      fn: 'strcat',
      type: 'string',
      args: [
        all,
        stringLit('\u0000'),
        convert(e, 'string'),
        {
          kind: 'call',
          fn: 'tostring',
          type: 'string',
          args: [{ kind: 'call', fn: 'isnull', type: 'bool', args: [e] }],
        },
      ],
    }),
    stringLit(''),
  )
}

function orderedInput(
  node: Node<'ScanOperator'>,
  input: Relation,
  env: Environment | undefined,
  ctx: Lowering,
): Relation {
  return node.OrderByClause ? sorted(elements<Expression>(node.OrderByClause.Expressions), input, env, ctx) : input
}

interface Layout {
  /** Columns of a row in the machine: the input's, computed ones, declared ones. */
  readonly places: Map<ColumnId, number>
  /** Step and place of the columns of earlier steps. */
  readonly states: ReadonlyMap<ColumnId, { readonly step: number; readonly column: ColumnId; readonly start: Item }>
}

const reader =
  (layout: Layout): ((id: ColumnId) => Evaluate<Frame>) =>
  (id) => {
    const state = layout.states.get(id)
    if (!state) {
      const at = layout.places.get(id) ?? -1
      return (frame) => frame.row[at] ?? null
    }
    return (frame) => {
      const row = frame.steps[state.step]
      return row ? (row[layout.places.get(state.column) ?? -1] ?? null) : state.start
    }
  }

export const scan = operator('ScanOperator', (node, source, env, ctx) => {
  const input = orderedInput(node, source, env, ctx)
  const declared = declaredColumns(node, env, ctx)
  const steps = elements<Node<'ScanStep'>>(node.Steps)
  const own: NamedColumn[] = [...input.columns, ...declared]
  const states = new Map<ColumnId, { step: number; column: ColumnId; start: Item }>()
  const rows = new Map(
    steps.map((s, step) => [
      s.Name?.SimpleName ?? '',
      own.map((c): NamedColumn => {
        const id = ctx.newColumn(c.name, c.type)
        const start = declared.find((d) => d.id === c.id)?.start ?? (c.type === 'string' ? '' : null)
        states.set(id, { step, column: c.id, start })
        return { ...c, id }
      }),
    ]),
  )
  const scope: Scope = { ...scopeOf(input, env), columns: own, rows }
  const isLocal = (id: ColumnId): boolean => states.has(id) || declared.some((d) => d.id === id)
  const computed: Definition[] = []
  const prepared = (node_: Expression): Expr =>
    split(ctx.expr(node_, scope), isLocal, (e) => ctx.newColumn('computed', e.type), computed)
  const lowered = steps.map((s) => ({
    output: (s.ScanStepOutput?.OutputKind ? text(s.ScanStepOutput.OutputKind) : 'all') as Step['output'],
    condition: prepared(s.Condition!),
    assignments: elements<Node<'ScanAssignment'>>(s.ComputationClause?.Assignments).map((a) => {
      const target = own.find((c) => c.name === a.Name?.SimpleName) ?? unsupported(a, 'this assignment')
      return {
        target,
        value: split(
          convert(ctx.expr(a.Expression!, scope), target.type),
          isLocal,
          (e) => ctx.newColumn('computed', e.type),
          computed,
        ),
      }
    }),
  }))
  const partition = [
    ...elements<Expression>(node.PartitionByClause?.Expressions).map((e) => ctx.expr(e, scopeOf(input, env))),
    ...(input.partition?.keys ?? []).map((id): Expr => ({ kind: 'col', id, type: ctx.columns[id]?.type ?? 'long' })),
  ]
  const key = partition.length > 0 ? ctx.newColumn('partition', 'string', false) : undefined
  if (key !== undefined) computed.push({ id: key, expr: keyText(partition) })
  const hidden = [...(input.partition?.keys ?? []), ...(input.partition?.carried ?? []).map((c) => c.id)]
  const read = [...new Set([...input.columns.map((c) => c.id), ...hidden, ...computed.map((d) => d.id)])]
  const places = new Map([...read, ...declared.map((d) => d.id)].map((id, at) => [id, at]))
  const layout: Layout = { places, states }
  const machine: Machine = {
    steps: lowered.map((s) => ({
      output: s.output,
      condition: ready(s.condition, reader(layout)),
      assignments: s.assignments.map((a) => ({
        at: places.get(a.target.id) ?? -1,
        value: ready(a.value, reader(layout)),
      })),
    })),
    types: [...read, ...declared.map((d) => d.id)].map((id) => ctx.columns[id]?.type ?? 'dynamic'),
    read: read.length,
    defaults: declared.map((d) => (d.type === 'string' ? (d.start ?? '') : d.start)),
    partition: key === undefined ? undefined : places.get(key),
  }
  const matchName = word(parametersOf(node).get('with_match_id'))
  const match = ctx.newColumn(matchName || 'match_id', 'long', false)
  const below: Rel = extended(input.rel, computed)
  const assigned = new Set(lowered.flatMap((s) => s.assignments.map((a) => a.target.id)))
  const outs = new Map(
    [...read, ...declared.map((d) => d.id)].map((id) => [
      id,
      assigned.has(id) ? ctx.newColumn(ctx.columns[id]?.name ?? '', ctx.columns[id]?.type ?? 'dynamic') : id,
    ]),
  )
  const rel: Rel = {
    kind: 'local',
    operator: 'scan',
    input: below,
    inputs: read,
    columns: [...outs.values(), match],
    ordinal: ctx.newColumn('ordinal', 'long', false),
    run: (r) => scanRows(machine, r),
  }
  const all: NamedColumn[] = [
    ...own.map((c) => ({ ...c, id: outs.get(c.id) ?? c.id })),
    ...(matchName ? [{ name: matchName, id: match, type: 'long' as const }] : []),
  ]
  const names = columnsOf(node.ResultType)
  const columns = names.length === all.length ? names.flatMap((n) => all.find((c) => c.name === n.name) ?? []) : all
  return {
    rel,
    columns: columns.length === all.length ? columns : all,
    ...(input.partition ? { partition: { ...input.partition, thinned: true } } : {}),
  }
})
