// One input, several uses: all must see the same rows. What would come out differently when computed again is computed once.
import type { Lowering } from './context.ts'
import { fresh } from './fresh.ts'
import type { Expr, Rel, Relation } from './nodes.ts'
import { shareRelation } from './shared.ts'
import { mapExpr, visitRel } from './walk.ts'

/** Calls whose value differs from one evaluation to the next. */
const random = /^(rand|new_guid|random_number)$/
/** Aggregates that see the order of their rows, which the engine does not keep, or choose among equals. */
const orderly = /^(take_?any|any|arg_?(min|max)|make_|makelist|makeset|buildschema|tdigest|hll)/

function contains(expr: Expr, test: (fn: string) => boolean): boolean {
  let found = false
  mapExpr(expr, (e) => {
    if (e.kind === 'call' && test(e.fn)) found = true
    return e
  })
  return found
}

function expressionsOf(rel: Rel): readonly Expr[] {
  switch (rel.kind) {
    case 'filter':
      return [rel.predicate]
    case 'extend':
    case 'unnest':
      return rel.columns.map((d) => d.expr)
    case 'aggregate':
      return [...rel.keys, ...rel.aggregates].map((d) => d.expr)
    case 'join':
      return rel.on.flatMap((pair) => [pair.left, pair.right])
    default:
      return []
  }
}

function varies(rel: Rel): boolean {
  switch (rel.kind) {
    case 'limit':
      return rel.count > 0n
    case 'best':
    case 'local':
    case 'window':
      return true
    case 'aggregate':
      return rel.aggregates.some((d) => contains(d.expr, (fn) => orderly.test(fn))) || randomIn(rel)
    default:
      return randomIn(rel)
  }
}

/** Whether an expression draws a random value. */
export const isRandom = (expr: Expr): boolean => contains(expr, (fn) => random.test(fn))

const randomIn = (rel: Rel): boolean => expressionsOf(rel).some(isRandom)

/**
 * Whether a relation has the same rows each time that the engine computes it: none that chance, ties or the order in which rows
 * happen to come choose.
 */
export function isRepeatable(rel: Rel): boolean {
  let repeatable = true
  visitRel(rel, (r) => {
    if (varies(r)) repeatable = false
  })
  return repeatable
}

/** Uses of a relation, each with column ids of its own, that all see the same rows. */
export function reused(name: string, relation: Relation, ctx: Lowering): () => Relation {
  if (isRepeatable(relation.rel)) return () => fresh(relation, ctx)
  const use = shareRelation(name, relation, ctx)
  return () => ({ ...use().relation, ...(relation.name === undefined ? {} : { name: relation.name }) })
}

/** How often a text has a name as a word of its own. */
export const mentionsOf = (name: string, text: string): number =>
  (text.match(/[A-Za-z_]\w*/g) ?? []).filter((word) => word === name).length
