// evaluate: calls a plug-in. https://learn.microsoft.com/kusto/query/evaluate-operator
import { columnsOf } from '../kusto/syntax.ts'
import { unsupported } from '../plan/expressions.ts'
import { operator } from './define.ts'
import { argumentsOf } from './plugins/define.ts'
import { plugins } from './plugins/index.ts'
import { unsupportedPlugins } from './unsupported.ts'

export const evaluate = operator('EvaluateOperator', (node, input, env, ctx) => {
  const call = node.FunctionCall!
  const name = call.Name?.SimpleName ?? ''
  const plugin = Object.hasOwn(plugins, name) ? plugins[name] : undefined
  if (!plugin) return unsupported(call, `the plug-in '${name}'`, unsupportedPlugins[name])
  return plugin({ node, call, args: argumentsOf(call), bound: columnsOf(node.ResultType), input, env, ctx })
})
