// Random queries: a source and operators, each over the columns that the ones before leave.
import { type Column, compile } from '../../src/index.ts'
import { catalog, now } from '../fixture.ts'
import type { Random } from '../random.ts'
import { aggregate, expression, nameOf, type Scope, typeNames } from './expressions.ts'

const sources = [
  'Logs',
  'People',
  'Empty',
  'LogView',
  'union Logs, People',
  'union withsource=Source Logs, Empty',
  'range i from 1 to 5 step 1',
  'Logs | take 3',
  "datatable(s:string, n:long, d:dynamic)['a', 1, dynamic([1,'x']), 'b', long(null), dynamic({'k':2})]",
]

type Step = (random: Random, scope: Scope) => string

const some = (random: Random, scope: Scope): Column => random.pick(scope)
const names = (random: Random, scope: Scope): string =>
  [...new Set(Array.from({ length: 1 + random.below(3) }, () => nameOf(some(random, scope))))].join(', ')
const any = (random: Random, scope: Scope): string => expression(random, random.pick(typeNames), scope, 3)

const steps: readonly Step[] = [
  (r, s) => `where ${expression(r, 'bool', s, 3)}`,
  (r, s) => `extend x${r.below(3)} = ${any(r, s)}, ${any(r, s)}`,
  (r, s) => `project ${names(r, s)}, y = ${any(r, s)}`,
  (r, s) => `project-away ${nameOf(some(r, s))}`,
  (r, s) => `project-rename z${r.below(9)} = ${nameOf(some(r, s))}`,
  (r, s) => `project-reorder ${names(r, s)}`,
  (r, s) => `summarize a = ${aggregate(r, s)}, ${aggregate(r, s)} by ${names(r, s)}`,
  (r, s) => `summarize ${aggregate(r, s)} by bin(${expression(r, 'datetime', s, 1)}, 1h)`,
  (r, s) => `summarize arg_max(${any(r, s)}, *) by ${names(r, s)}`,
  (r, s) => `sort by ${nameOf(some(r, s))} ${r.pick(['asc', 'desc'])} nulls ${r.pick(['first', 'last'])}`,
  (r, s) => `top ${1 + r.below(4)} by ${any(r, s)}`,
  (r) => `take ${r.below(5)}`,
  (r, s) => `distinct ${names(r, s)}`,
  () => 'count',
  (r, s) =>
    `join kind=${r.pick(['inner', 'innerunique', 'leftouter', 'rightouter', 'fullouter', 'leftsemi', 'leftanti'])} (Logs | take 4) on ${nameOf(some(r, s))}`,
  (r, s) => `lookup (People | where Age > 1) on ${nameOf(some(r, s))}`,
  (r) => `union ${r.pick(['Logs', 'People', '(Empty | take 2)'])}`,
  (r, s) => `mv-expand ${nameOf(some(r, s))} to typeof(string)`,
  (r, s) => `mv-apply e = ${expression(r, 'dynamic', s, 1)} on (where isnotempty(e) | take 2)`,
  (r, s) => `parse ${nameOf(some(r, s))} with * ' ' first:string ' ' rest`,
  (r, s) =>
    `make-series v = ${aggregate(r, s)} default=0 on ${nameOf(some(r, s))} from datetime(2024-05-01) to datetime(2024-05-02) step 6h by ${nameOf(some(r, s))}`,
  (r, s) => `serialize rn = row_number(), before = prev(${nameOf(some(r, s))})`,
  (r, s) => `partition by ${nameOf(some(r, s))} (top 1 by ${nameOf(some(r, s))})`,
  (r, s) => `top-nested 2 of ${nameOf(some(r, s))} by ${aggregate(r, s)}`,
  (r, s) => `sample-distinct 2 of ${nameOf(some(r, s))}`,
  (r, s) => `evaluate bag_unpack(${nameOf(some(r, s))})`,
  (r, s) => `where ${nameOf(some(r, s))} in ((Logs | project ${r.pick(['Level', 'Count', 'TimeGenerated'])}))`,
  (r, s) => `extend t = toscalar(Logs | summarize ${aggregate(r, s)})`,
  () => 'getschema',
]

export const contextOf = (id: number) => ({ catalog, now, scratch: `scratch.f${id}_` })

/** Steps that do not bind, for the types do not fit, are left out; their compilation must not fail all the same. */
export function pipeline(random: Random, id: number): string {
  let text = random.pick(sources)
  let scope = columnsOf(text, id)
  const length = 1 + random.below(6)
  for (let n = 0; n < length && scope && scope.length > 0; n++) {
    const longer = `${text}\n| ${random.pick(steps)(random, scope)}`
    const after = columnsOf(longer, id)
    if (!after) continue
    text = longer
    scope = after
  }
  return text
}

function columnsOf(text: string, id: number): Scope | undefined {
  const made = compile(text, contextOf(id))
  return made.ok ? made.compiled.results.at(-1)?.columns : undefined
}
