// Whether a function may be kept: its body binds, and it does not call itself. For every surface that stores functions.

import type { Diagnostic } from '@conshelf/kql'
import type { Principal } from '../access/principal.ts'
import { calledBy } from '../catalog/functions.ts'
import type { Workspace } from '../catalog/types.ts'
import { ServerError } from '../core/errors.ts'
import { InvalidQuery } from '../query/types.ts'
import type { ApiParts } from './parts.ts'

export interface FunctionText {
  readonly name: string
  /** Without parentheses. */
  readonly parameters: string
  readonly body: string
}

/** Whoever stores it: it is checked with what they may read. */
type Parts = Pick<ApiParts, 'tables' | 'queries'> & { readonly principal: Principal }

/** Throws InvalidQuery for a body that does not bind, invalidArgument for one that calls itself. */
export function checkFunction(parts: Parts, workspace: Workspace, text: FunctionText): void {
  refuseRecursion(parts, workspace, text)
  const { query, diagnostics } = unbound(parts, workspace, text)
  if (diagnostics.length > 0) throw new InvalidQuery(query, diagnostics)
}

export function refuseRecursion({ tables, principal }: Parts, workspace: Workspace, text: FunctionText): void {
  const catalog = tables.catalog([workspace], principal.reads)
  const find = (called: string) => (called === text.name ? text : catalog.function(called))
  if (calledBy(text.body, find).has(text.name))
    throw new ServerError('invalidArgument', { reason: `the function '${text.name}' would call itself` })
}

/** What keeps the function from being called, with the query that its places are in. */
export function unbound(
  { queries, principal }: Parts,
  workspace: Workspace,
  { name, parameters, body }: FunctionText,
): { readonly query: string; readonly diagnostics: readonly Diagnostic[] } {
  const query = `let ${name} = (${parameters}) {\n${body}\n};\nprint 1`
  const result = queries.compile({ text: query, workspaces: [workspace], principal })
  return { query, diagnostics: result.ok ? [] : result.diagnostics }
}
