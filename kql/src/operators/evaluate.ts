// evaluate: calls a plug-in. https://learn.microsoft.com/kusto/query/evaluate-operator
import { columnsOf } from '../kusto/syntax.ts'
import { unsupported } from '../plan/expressions.ts'
import { operator } from './define.ts'
import { argumentsOf } from './plugins/define.ts'
import { plugins } from './plugins/index.ts'

/** Why plug-ins that will never be here are not. */
const refused: readonly { readonly name: RegExp; readonly reason: string }[] = [
  { name: /^(python|r)$/, reason: 'the server runs no code of a query' },
  { name: /request|ai_|infer_storage_schema/, reason: 'the server connects to no service that a query names' },
]

export const evaluate = operator('EvaluateOperator', (node, input, env, ctx) => {
  const call = node.FunctionCall!
  const name = call.Name?.SimpleName ?? ''
  const plugin = Object.hasOwn(plugins, name) ? plugins[name] : undefined
  if (!plugin) return unsupported(call, `the plug-in '${name}'`, refused.find((r) => r.name.test(name))?.reason)
  return plugin({ node, call, args: argumentsOf(call), bound: columnsOf(node.ResultType), input, env, ctx })
})
