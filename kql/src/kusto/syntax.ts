// Typed access to Microsoft's syntax tree: its lists become arrays, its node classes a discriminating name.
import type { Column, ScalarType } from '../model.ts'
import { language } from './load.ts'

export type SyntaxElement = Kusto.Language.Syntax.SyntaxElement
export type SyntaxNode = Kusto.Language.Syntax.SyntaxNode
export type Expression = Kusto.Language.Syntax.Expression
export type Statement = Kusto.Language.Syntax.Statement
export type QueryOperator = Kusto.Language.Syntax.QueryOperator
export type Syntax = Nodes
export type TypeSymbol = Kusto.Language.Symbols.TypeSymbol
export type TableSymbol = Kusto.Language.Symbols.TableSymbol

type Library = typeof Kusto.Language.Syntax
/** Instance types of the library's node classes, by class name. */
type Nodes = {
  [K in keyof Library as Library[K] extends { prototype: SyntaxElement } ? K : never]: Library[K] extends {
    prototype: infer N
  }
    ? N
    : never
}
export type NodeName = keyof Nodes & string
/** The node class of that name: `Node<'FilterOperator'>`. */
export type Node<K extends NodeName> = Nodes[K]

const prefix = 'Kusto.Language.Syntax.'

/** Class name of a node, without its namespace. */
export function nodeName(node: SyntaxElement): string {
  const name: unknown = Reflect.get(node.constructor, '$$name')
  return typeof name === 'string' && name.startsWith(prefix) ? name.slice(prefix.length) : String(name)
}

export function is<K extends NodeName>(
  node: SyntaxElement | null | undefined,
  name: K,
): node is Node<K> & SyntaxElement {
  return node != null && nodeName(node) === name
}

interface Indexed<T> {
  readonly Count: number
  getItem(index: number): T
}

/** A library list as an array. */
export function items<T>(list: object | null | undefined): T[] {
  if (list == null) return []
  if (Array.isArray(list)) return list as T[]
  const indexed = list as Indexed<T>
  return Array.from({ length: indexed.Count }, (_, i) => indexed.getItem(i))
}

/** Children of a list node; the elements of a separated list without their separators. */
export function elements<T extends SyntaxElement = Expression>(list: SyntaxElement | null | undefined): T[] {
  if (list == null) return []
  const found: T[] = []
  for (let i = 0; i < list.ChildCount; i++) {
    const child = list.GetChild(i)
    if (child == null) continue
    const element =
      is(child, 'SeparatedElement$1') || nodeName(child).startsWith('SeparatedElement') ? child.GetChild(0) : child
    if (element != null) found.push(element as T)
  }
  return found
}

export interface Span {
  readonly start: number
  readonly length: number
}

/** Where the trees of called functions belong: the binder parses a function's body anew for each call, and counts from its start. */
const places = new WeakMap<SyntaxElement, number | Span>()

const rootOf = (node: SyntaxElement): SyntaxElement => node.Root ?? node

/** Says that the body of a called function is what was declared there, so that errors in it are shown in the query. */
export function placeBody(body: SyntaxElement, declared: SyntaxElement): void {
  const [root, outer] = [rootOf(body), rootOf(declared)]
  if (root === outer) return
  const place = places.get(outer)
  places.set(root, typeof place === 'object' ? place : (place ?? 0) + declared.TriviaStart)
}

/** Says that errors in the body of a called function are shown at the call: the body is no part of the query. */
export function placeAtCall(body: SyntaxElement, call: SyntaxElement): void {
  if (rootOf(body) !== rootOf(call)) places.set(rootOf(body), span(call))
}

/** The place of a node in the query. */
export function span(node: SyntaxElement): Span {
  const place = places.get(rootOf(node))
  if (typeof place === 'object') return place
  return { start: node.TextStart + (place ?? 0), length: node.Width }
}

/** The source text of a node, without its leading trivia. */
export function text(node: SyntaxElement): string {
  return node.ToString(language.Syntax.IncludeTrivia.Interior) ?? ''
}

const scalarNames: ReadonlySet<string> = new Set<ScalarType>([
  'bool',
  'int',
  'long',
  'real',
  'decimal',
  'string',
  'datetime',
  'timespan',
  'guid',
  'dynamic',
])

/** KQL type of a bound expression; dynamic arrays and bags whose shape the binder knows are dynamic. */
export function scalarType(type: TypeSymbol | null | undefined): ScalarType | undefined {
  const name = type?.Name ?? ''
  if (scalarNames.has(name)) return name as ScalarType
  if (type != null && className(type).startsWith('Dynamic')) return 'dynamic'
  return undefined
}

/** Class name of a symbol: ColumnSymbol, TableSymbol, VariableSymbol, ... */
export function className(symbol: object): string {
  const name: unknown = Reflect.get(symbol.constructor, '$$name')
  return typeof name === 'string' ? (name.split('.').at(-1) ?? '') : ''
}

export function isTable(type: TypeSymbol | null | undefined): type is TableSymbol {
  return type != null && className(type) === 'TableSymbol'
}

export const isGraph = (type: TypeSymbol | null | undefined): boolean =>
  type != null && className(type) === 'GraphSymbol'

/** Columns of a tabular expression's result. */
export function columnsOf(type: TypeSymbol | null | undefined): Column[] {
  if (!isTable(type)) return []
  return items<Kusto.Language.Symbols.ColumnSymbol>(type.Columns).map((c) => ({
    name: c.Name ?? '',
    type: scalarType(c.Type) ?? 'dynamic',
  }))
}

/** `name=value` parameters of an operator (`kind=inner`), names in lower case, values as expressions. */
export function parametersOf(operator: { readonly Parameters: SyntaxElement | null }): Map<string, Expression> {
  const found = new Map<string, Expression>()
  for (const parameter of elements<Node<'NamedParameter'>>(operator.Parameters)) {
    const name = parameter.Name?.SimpleName?.toLowerCase()
    if (name && parameter.Expression) found.set(name, parameter.Expression)
  }
  return found
}

/** The library boxes truth values, which print as in .NET: `True`. */
const literalWord = (value: unknown): string =>
  typeof value === 'object' ? String(value ?? '').toLowerCase() : String(value ?? '')

/** The word or literal that a parameter's value is written as (`inner`, `"x"`). */
export function word(expression: Expression | null | undefined): string {
  if (expression == null) return ''
  if (expression.IsLiteral) return literalWord(expression.LiteralValue)
  return text(expression)
}
