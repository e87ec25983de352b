// render: changes no row; what it says travels beside the result. https://learn.microsoft.com/kusto/query/render-operator
import type { Render } from '../compiled.ts'
import { elements, type Node, text, word } from '../kusto/syntax.ts'
import { operator } from './define.ts'

export function renderOf(node: Node<'RenderOperator'>): Render {
  const properties: Record<string, string | boolean | number> = {}
  const listed = [
    ...elements<Node<'NamedParameter'>>(node.Parameters),
    ...elements<Node<'NamedParameter'>>(node.WithClause?.Properties),
  ]
  for (const p of listed) {
    const raw = word(p.Expression)
    const value = raw === 'true' ? true : raw === 'false' ? false : /^-?\d+(\.\d+)?$/.test(raw) ? Number(raw) : raw
    properties[(p.Name?.SimpleName ?? '').toLowerCase()] = value
  }
  return { visualization: node.ChartType ? text(node.ChartType).toLowerCase() : 'table', properties }
}

export const render = operator('RenderOperator', (_node, input) => input)
