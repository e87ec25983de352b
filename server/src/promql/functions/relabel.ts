// label_replace and label_join. https://prometheus.io/docs/prometheus/latest/querying/functions/#label_replace
import { PromqlError } from '../errors.ts'
import { type Labels, labelValue, withLabel } from '../labels.ts'
import { matchesOf, regexProblem } from '../parse/regex.ts'
import { Gathering, type Value } from '../values.ts'
import type { EvaluatedCall, PromqlFunction } from './function.ts'

function relabelled(call: EvaluatedCall, of: (labels: Labels, index: number) => Labels): Value {
  const gathering = new Gathering(call.timeline)
  const seen = new Set<string>()
  for (const [index, { labels, values, present }] of call.vector(0).entries()) {
    const out = gathering.seriesOf(of(labels, index))
    if (seen.has(out.labels.key))
      throw new PromqlError('execution', 'vector cannot contain metrics with the same labelset')
    seen.add(out.labels.key)
    out.values.set(values)
    out.present.set(present)
  }
  return { type: 'vector', series: gathering.series }
}

function replaced(call: EvaluatedCall): Value {
  const [target, template, source, pattern] = [call.text(1), call.text(2), call.text(3), call.text(4)]
  checkName(target, 'destination', 'label_replace')
  checkName(source, 'source', 'label_replace', true)
  const problem = regexProblem(pattern)
  if (problem !== undefined)
    throw new PromqlError('execution', `invalid regular expression in label_replace(): ${pattern}: ${problem}`)
  const texts = call.vector(0).map(({ labels }) => labelValue(labels, source))
  const matches = matchesOf(pattern, texts)
  if (!matches)
    throw new PromqlError('execution', `the regular expression in label_replace() takes too long: ${pattern}`)
  return relabelled(call, (labels, index) => {
    const match = matches[index]
    return match ? withLabel(labels, target, expanded(template, match)) : labels
  })
}

/** `$1`, `$name` (as long as it can be), `${name}` and `$$` of Go's templates. */
function expanded(template: string, match: RegExpExecArray): string {
  return template.replace(/\$(?:\$|\{(\w+)\}|(\w+))/g, (whole, braced?: string, bare?: string) => {
    if (whole === '$$') return '$'
    const name = braced ?? bare ?? ''
    return (/^\d+$/.test(name) ? match[Number(name)] : match.groups?.[name]) ?? ''
  })
}

function joined(call: EvaluatedCall): Value {
  const [target, separator] = [call.text(1), call.text(2)]
  const sources: string[] = []
  for (let i = 3; call.arg(i); i++) sources.push(call.text(i))
  checkName(target, 'destination', 'label_join')
  for (const source of sources) checkName(source, 'source', 'label_join')
  return relabelled(call, (labels) =>
    withLabel(labels, target, sources.map((source) => labelValue(labels, source)).join(separator)),
  )
}

function checkName(name: string, what: string, where: string, mayBeEmpty = false): void {
  // A byte that is no UTF-8 has become U+FFFD.
  if ((name === '' && !mayBeEmpty) || name.includes('\uFFFD'))
    throw new PromqlError('execution', `invalid ${what} label name in ${where}(): ${name}`)
}

export const labelFunctions: Readonly<Record<string, PromqlFunction>> = {
  label_replace: { args: ['vector', 'string', 'string', 'string', 'string'], returns: 'vector', apply: replaced },
  label_join: { args: ['vector', 'string', 'string', 'string'], variadic: true, returns: 'vector', apply: joined },
}
