// Which parts of a bound query its context does not take. The subsets are data, in subsets.ts.
import { codes, type Diagnostic } from '../diagnostics.ts'
import type { Catalog, TableSchema } from '../model.ts'
import { language } from './load.ts'
import { type Subset, type SubsetName, subsets } from './subsets.ts'
import { isTransformationsOwn } from './symbols.ts'
import {
  elements,
  is,
  isTable,
  items,
  type Node,
  nodeName,
  parametersOf,
  type SyntaxNode,
  span,
  text,
  word,
} from './syntax.ts'

/** What one check has to say against a node. */
interface Objection {
  readonly at: SyntaxNode
  readonly what: string
  readonly hint?: string
}
type Check = (node: SyntaxNode, subset: Subset, seen: Map<string, number>) => Objection | undefined

const otherWords: Readonly<Record<string, string>> = {
  filter: 'where',
  limit: 'take',
  order: 'sort',
  mvexpand: 'mv-expand',
  mvapply: 'mv-apply',
}

const tabularSources: ReadonlySet<string> = new Set(['DataTableExpression', 'ExternalDataExpression'])

/** The word of a tabular operator or source, as documentation has it; undefined for any other node. */
function operatorWord(node: SyntaxNode): string | undefined {
  if (!nodeName(node).endsWith('Operator') && !tabularSources.has(nodeName(node))) return undefined
  const first = node.GetFirstToken()?.Text?.toLowerCase() ?? ''
  return Object.hasOwn(otherWords, first) ? otherWords[first] : first
}

let builtIn: ReadonlySet<object> | undefined
/** Functions of the language, by symbol: a `let` may give their names to others. */
function isOfLanguage(symbol: object): boolean {
  builtIn ??= new Set(
    [language.Functions.All, language.Aggregates.All, language.PlugIns.All].flatMap((list) => items<object>(list)),
  )
  return builtIn.has(symbol)
}

const isPlugin = (call: SyntaxNode): boolean => is(call.Parent, 'EvaluateOperator')

const operatorCheck: Check = (node, { operators, refused }) => {
  const name = operatorWord(node)
  if (name === undefined) return undefined
  if (operators && !operators.includes(name))
    return { at: node, what: `the operator '${name}'`, hint: `it takes ${operators.join(', ')}` }
  return refused?.includes(name) ? { at: node, what: `the operator '${name}'` } : undefined
}

const countCheck: Check = (node, { most }, seen) => {
  const name = operatorWord(node)
  const limit = name === undefined ? undefined : most?.[name]
  if (name === undefined || limit === undefined) return undefined
  seen.set(name, (seen.get(name) ?? 0) + 1)
  return (seen.get(name) ?? 0) > limit ? { at: node, what: `more than ${limit} times '${name}'` } : undefined
}

const functionCheck: Check = (node, subset) => {
  const { functions, refusedFunctions, userFunctions, refusedPlugins, crossWorkspace } = subset
  if (!is(node, 'FunctionCallExpression')) return undefined
  const name = node.Name?.SimpleName ?? ''
  const symbol = node.ReferencedSymbol
  if (isPlugin(node)) return refusedPlugins?.includes(name) ? { at: node, what: `the plug-in '${name}'` } : undefined
  if (crossWorkspace === false && elsewhere.has(name)) return { at: node, what: `'${name}()', data of another place,` }
  if (refusedFunctions?.includes(name)) return { at: node, what: `the function '${name}'` }
  if (symbol && isOfLanguage(symbol))
    return functions && !functions.includes(name) ? { at: node, what: `the function '${name}'` } : undefined
  const isOwn = symbol && !name.startsWith('_')
  return userFunctions === 'none' && isOwn ? { at: node, what: `the user-defined function '${name}'` } : undefined
}

const elsewhere: ReadonlySet<string> = new Set([
  ...['workspace', 'app', 'resource', 'adx', 'arg', 'cluster', 'database', 'external_table', 'entity_group'],
])

const declarationCheck: Check = (node, { userFunctions }) => {
  if (!userFunctions || !is(node, 'LetStatement') || !is(node.Expression, 'FunctionDeclaration')) return undefined
  const name = node.Name?.SimpleName ?? ''
  if (userFunctions === 'none') return { at: node, what: `the user-defined function '${name}'` }
  const parameters = elements<Node<'FunctionParameter'>>(node.Expression.Parameters?.Parameters)
  const tabular = parameters.find((p) => is(p.NameAndType?.Type, 'SchemaTypeExpression'))
  return tabular ? { at: tabular, what: 'a function with a tabular parameter' } : undefined
}

const joinCheck: Check = (node, { joinKinds }) => {
  if (!joinKinds || !is(node, 'JoinOperator')) return undefined
  const kind = parametersOf(node).get('kind')
  if (!kind || joinKinds.includes(word(kind))) return undefined
  return { at: kind, what: `kind=${word(kind)} of a join`, hint: `it takes ${joinKinds.join(', ')}` }
}

const parseCheck: Check = (node, { parsedColumns }) => {
  if (parsedColumns === undefined || !is(node, 'ParseOperator')) return undefined
  let columns = 0
  node.WalkNodes((part) => {
    if (is(part, 'NameDeclaration')) columns++
  })
  const hint = 'split it into several parse operators'
  return columns > parsedColumns ? { at: node, what: `a parse of more than ${parsedColumns} columns`, hint } : undefined
}

const expandCheck: Check = (node, { expandedRows }) => {
  if (expandedRows === undefined || !is(node, 'MvExpandOperator')) return undefined
  const limit = node.RowLimitClause?.RowLimit
  if (!limit || Number(word(limit)) <= expandedRows) return undefined
  return { at: limit, what: `an mv-expand of more than ${expandedRows} rows` }
}

const everythingCheck: Check = (node, { everything }) => {
  if (everything !== false) return undefined
  const hint = 'name the tables'
  if (is(node, 'SearchOperator') && !node.InClause && !is(node.Parent, 'PipeExpression'))
    return { at: node, what: 'a search over all tables', hint }
  const isStar = is(node, 'UnionOperator') && elements(node.Expressions).some((table) => text(table) === '*')
  return isStar ? { at: node, what: "'union *'", hint } : undefined
}

const nameCheck: Check = (node, { reservedColumns }) => {
  if (!reservedColumns || !is(node, 'NameDeclaration')) return undefined
  const name = node.SimpleName ?? ''
  return reservedColumns.includes(name) ? { at: node, what: `a column named '${name}', which is reserved` } : undefined
}

const checks: readonly Check[] = [
  operatorCheck,
  countCheck,
  functionCheck,
  declarationCheck,
  joinCheck,
  parseCheck,
  expandCheck,
  everythingCheck,
  nameCheck,
]

const diagnostic = (at: { readonly start: number; readonly length: number }, message: string, hint: string) =>
  ({ code: codes.restricted, severity: 'error', ...at, message, hint }) satisfies Diagnostic

function objections(root: SyntaxNode, subset: Subset): Diagnostic[] {
  const found: Diagnostic[] = []
  const seen = new Map<string, number>()
  root.WalkNodes((node) => {
    for (const check of checks) {
      const objection = check(node, subset, seen)
      if (objection)
        found.push(
          diagnostic(
            span(objection.at),
            `${subset.subject} does not take ${objection.what}`.replace(/,$/, ''),
            objection.hint ?? `see ${subset.page}`,
          ),
        )
    }
  })
  return found
}

/** The operand on the far left of a statement. */
function firstOf(node: SyntaxNode): SyntaxNode {
  if (is(node, 'PipeExpression')) return firstOf(node.Expression!)
  if (is(node, 'ParenthesizedExpression')) return firstOf(node.Expression!)
  return node
}

function beginning(root: SyntaxNode, subset: Subset): Diagnostic[] {
  if (!subset.fromTable || !is(root, 'QueryBlock')) return []
  const [statement] = elements<SyntaxNode>(root.Statements)
  const first = is(statement, 'ExpressionStatement') ? firstOf(statement.Expression!) : statement
  if (!first || (is(first, 'NameReference') && isTable(first.ResultType))) return []
  return [diagnostic(span(first), `${subset.subject} must begin with the name of a table`, `see ${subset.page}`)]
}

interface NamedTable {
  readonly at: SyntaxNode
  readonly table: TableSchema
}

function tablesNamed(root: SyntaxNode, catalog: Catalog): NamedTable[] {
  const found = new Map<string, NamedTable>()
  root.WalkNodes((at) => {
    if (!is(at, 'NameReference') || !isTable(at.ResultType)) return
    const table = catalog.table(at.SimpleName ?? '')
    if (table && !found.has(table.name)) found.set(table.name, { at, table })
  })
  return [...found.values()]
}

/** One Basic table, and few others beside it. */
function beside(tables: readonly NamedTable[], subset: Subset): Diagnostic[] {
  const [, second] = tables.filter(({ table }) => table.plan !== 'analytics')
  const others = tables.filter(({ table }) => table.plan === 'analytics')
  const tooMany = others[subset.besideTables ?? others.length]
  const page = `see ${subset.page}`
  return [
    ...(second ? [diagnostic(span(second.at), `${subset.subject} takes no second one`, page)] : []),
    ...(tooMany
      ? [diagnostic(span(tooMany.at), `${subset.subject} takes at most ${subset.besideTables} other tables`, page)]
      : []),
  ]
}

/** https://learn.microsoft.com/azure/azure-monitor/logs/data-platform-logs#table-plans */
function basicOnes(tables: readonly NamedTable[], { subject }: Subset): Diagnostic[] {
  const page = 'see https://learn.microsoft.com/azure/azure-monitor/logs/data-platform-logs#table-plans'
  return tables
    .filter(({ table }) => table.plan !== 'analytics')
    .map(({ at, table }) => diagnostic(span(at), `${subject} reads no table of the plan ${table.plan}`, page))
}

/** What the context of a query does not take; a query of a Basic table is one everywhere. */
export function restrictions(
  root: SyntaxNode,
  query: string,
  catalog: Catalog,
  context: SubsetName | undefined,
): readonly Diagnostic[] {
  const tables = tablesNamed(root, catalog)
  const isBasic = tables.some(({ table }) => table.plan !== 'analytics')
  const subset = context && subsets[context]
  const basic = subsets['basic-table']
  return [
    ...(context === 'transformation' ? [] : ofTransformations(root)),
    ...(subset ? [...tooLong(query, subset), ...beginning(root, subset), ...objections(root, subset)] : []),
    ...(subset?.basicTables === false ? basicOnes(tables, subset) : []),
    ...(isBasic && context !== 'search-job' ? [...objections(root, basic), ...beside(tables, basic)] : []),
  ]
}

/** Calls of functions that only transformations have. */
function ofTransformations(root: SyntaxNode): Diagnostic[] {
  const found: Diagnostic[] = []
  root.WalkNodes((node) => {
    if (!is(node, 'FunctionCallExpression') || !node.ReferencedSymbol) return
    if (!isTransformationsOwn(node.ReferencedSymbol)) return
    const message = `the function '${node.Name?.SimpleName}' is one of transformations only`
    found.push(diagnostic(span(node), message, `see ${subsets.transformation.page}`))
  })
  return found
}

function tooLong(query: string, { longest, subject, page }: Subset): Diagnostic[] {
  if (longest === undefined || query.length <= longest) return []
  const message = `${subject} has at most ${longest} characters, this one ${query.length}`
  return [diagnostic({ start: longest, length: query.length - longest }, message, `see ${page}`)]
}
