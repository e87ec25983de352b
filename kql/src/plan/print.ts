// A plan as text, for explain and for tests: one node a line, inputs indented below.
import { formatDatetime, formatTimespan } from '../values.ts'
import type { ColumnId, Definition, Expr, Lit, Plan, Rel } from './nodes.ts'
import { inputsOf } from './walk.ts'

function literalText(lit: Lit): string {
  if (lit.value === null) return `${lit.type}(null)`
  if (lit.type === 'datetime' && typeof lit.value === 'bigint') return `datetime(${formatDatetime(lit.value)})`
  if (lit.type === 'timespan' && typeof lit.value === 'bigint') return `timespan(${formatTimespan(lit.value)})`
  return lit.type === 'string' ? JSON.stringify(lit.value) : String(lit.value)
}

interface Describe {
  /** Whole trees; those at `known` are left out. */
  readonly rel: (rel: Rel, depth: number, known?: ReadonlySet<Rel>) => string[]
}

export function describe(plan: Pick<Plan, 'columns'>): Describe {
  const col = (id: ColumnId): string => `${plan.columns[id]?.name ?? ''}#${id}`
  const expr = (e: Expr): string => {
    switch (e.kind) {
      case 'col':
        return col(e.id)
      case 'lit':
        return literalText(e)
      case 'call':
        return `${e.fn}(${e.args.map(expr).join(', ')})`
      case 'subquery':
        return `${e.set ? 'set' : 'scalar'} of ${col(e.column)} (${rel(e.rel, 0)
          .map((l) => l.trim())
          .join(' <- ')})`
      default:
        return e satisfies never
    }
  }
  const definitions = (list: readonly Definition[]): string =>
    list.map((d) => `${col(d.id)} = ${expr(d.expr)}`).join(', ')
  const line = (r: Rel): string => {
    switch (r.kind) {
      case 'scan':
        return `scan ${r.source ? `${r.source.database}.${r.source.table}` : `${r.table} (no rows)`}`
      case 'values':
        return `values ${r.rows.length} rows (${r.columns.map(col).join(', ')})`
      case 'range':
        return `range ${col(r.id)} from ${expr(r.from)} to ${expr(r.to)} step ${expr(r.step)}`
      case 'filter':
        return `filter ${expr(r.predicate)}`
      case 'extend':
      case 'window':
      case 'unnest':
        return `${r.kind} ${definitions(r.columns)}`
      case 'aggregate':
        return `aggregate ${definitions(r.aggregates)} by ${definitions(r.keys)}`
      case 'best':
        return `best ${r.desc ? 'greatest' : 'least'} ${col(r.by)} by ${r.keys.map(col).join(', ')}`
      case 'sort':
        return `sort ${r.keys.map((k) => `${col(k.id)} ${k.desc ? 'desc' : 'asc'}`).join(', ')}`
      case 'limit':
        return `limit ${r.count}${r.by ? ` by ${r.by.map(col).join(', ')}` : ''}`
      case 'join':
        return `join ${r.join} on ${r.on.map((p) => `${expr(p.left)} = ${expr(p.right)}`).join(', ')}`
      case 'union':
        return `union of ${r.inputs.length}`
      case 'local':
        return `local ${r.operator}`
      case 'shared':
        return `shared ${r.index}`
      default:
        return r satisfies never
    }
  }
  const rel: Describe['rel'] = (r, depth, known) =>
    known?.has(r)
      ? []
      : [`${'  '.repeat(depth)}${line(r)}`, ...inputsOf(r).flatMap((input) => rel(input, depth + 1, known))]
  return { rel }
}

export function printPlan(plan: Plan): string {
  const { rel } = describe(plan)
  const shared = plan.shared.flatMap((s, i) => [`shared ${i} (${s.name}):`, ...rel(s.rel, 1)])
  const results = plan.results.flatMap((r) => [
    `${r.name}: ${r.columns.map((c) => `${c.name}#${c.id}:${c.type}`).join(', ')}`,
    ...rel(r.rel, 1),
  ])
  return [...shared, ...results].join('\n')
}
