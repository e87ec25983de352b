// Generic walks over a plan. Passes give the two or three cases that they care about.
import type { ColumnId, Definition, Expr, Rel } from './nodes.ts'

/** Every column that an expression reads, those inside subqueries excepted. */
export function columnsIn(expr: Expr, found: Set<ColumnId> = new Set()): Set<ColumnId> {
  switch (expr.kind) {
    case 'col':
      found.add(expr.id)
      return found
    case 'lit':
    case 'subquery':
      return found
    case 'call':
      for (const arg of expr.args) columnsIn(arg, found)
      return found
    default:
      return expr satisfies never
  }
}

/** Rebuilds an expression bottom-up; `change` sees each node after its arguments were rebuilt. */
export function mapExpr(expr: Expr, change: (e: Expr) => Expr, changeRel: (r: Rel) => Rel = (r) => r): Expr {
  switch (expr.kind) {
    case 'col':
    case 'lit':
      return change(expr)
    case 'subquery': {
      const rel = changeRel(expr.rel)
      return change(rel === expr.rel ? expr : { ...expr, rel })
    }
    case 'call': {
      let changed = false
      const args = expr.args.map((arg) => {
        const next = mapExpr(arg, change, changeRel)
        if (next !== arg) changed = true
        return next
      })
      return change(changed ? { ...expr, args } : expr)
    }
    default:
      return expr satisfies never
  }
}

/** The relations a node reads directly. */
export function inputsOf(rel: Rel): readonly Rel[] {
  switch (rel.kind) {
    case 'scan':
    case 'values':
    case 'range':
    case 'shared':
      return []
    case 'join':
      return [rel.left, rel.right]
    case 'union':
      return rel.inputs
    default:
      return [rel.input]
  }
}

function withInputs(rel: Rel, inputs: readonly Rel[]): Rel {
  const [first, second] = inputs
  switch (rel.kind) {
    case 'scan':
    case 'values':
    case 'range':
    case 'shared':
      return rel
    case 'join':
      return { ...rel, left: first as Rel, right: second as Rel }
    case 'union':
      return { ...rel, inputs }
    default:
      return { ...rel, input: first as Rel }
  }
}

const mapDefinitions = (list: readonly Definition[], change: (e: Expr) => Expr): readonly Definition[] =>
  list.map((d) => ({ id: d.id, expr: change(d.expr) }))

function withExprs(rel: Rel, change: (e: Expr) => Expr): Rel {
  switch (rel.kind) {
    case 'range':
      return { ...rel, from: change(rel.from), to: change(rel.to), step: change(rel.step) }
    case 'filter':
      return { ...rel, predicate: change(rel.predicate) }
    case 'extend':
    case 'window':
    case 'unnest':
      return { ...rel, columns: mapDefinitions(rel.columns, change) }
    case 'aggregate':
      return { ...rel, keys: mapDefinitions(rel.keys, change), aggregates: mapDefinitions(rel.aggregates, change) }
    case 'join':
      return { ...rel, on: rel.on.map((pair) => ({ left: change(pair.left), right: change(pair.right) })) }
    default:
      return rel
  }
}

export interface Mapper {
  readonly expr?: (expr: Expr) => Expr
  /** Sees each relation after its inputs and expressions were rebuilt. */
  readonly rel?: (rel: Rel) => Rel
}

/** Rebuilds a relation bottom-up, subqueries inside expressions included. */
export function mapRel(rel: Rel, mapper: Mapper): Rel {
  const inputs = inputsOf(rel)
  const mapped = inputs.map((input) => mapRel(input, mapper))
  const same = mapped.every((input, i) => input === inputs[i])
  const outer = same ? rel : withInputs(rel, mapped)
  const changed = withExprs(outer, (e) => mapExpr(e, mapper.expr ?? ((x) => x), (r) => mapRel(r, mapper)))
  return mapper.rel ? mapper.rel(changed) : changed
}

/** Calls `visit` on every relation below, subqueries inside expressions included. */
export function visitRel(rel: Rel, visit: (rel: Rel) => void): void {
  mapRel(rel, {
    rel: (r) => {
      visit(r)
      return r
    },
  })
}
