// `conshelf explain`: what each step of a query becomes, against the shipped schemas, a server, or files.
import { existsSync } from 'node:fs'
import type { SubsetName } from '@conshelf/kql'
import type { ExplainAnswer } from '../api/surfaces/portal/explanation.ts'
import { fetchJson, serverOf } from './client.ts'
import {
  type Call,
  type Command,
  CommandError,
  type ExitCode,
  exit,
  listOption,
  serverHelp,
  serverOptions,
  textOption,
  UsageError,
} from './command.ts'
import type { ExplainQuestion } from './explained.ts'
import { explainedText } from './explained-text.ts'
import { underlined } from './underline.ts'
import { onlyWorkspace } from './workspaces.ts'

export const explain: Command = {
  name: 'explain',
  summary: 'show what a query is compiled to, step by step',
  usage: "'T | take 5' [-w WORKSPACE] [--timespan P1D] [--for USE] [-o text|json] [--data FOLDER|FILE…]",
  help: `  -w, --workspace NAME   ask the server: tables as they are there, and how much of them would be read
  --timespan SPAN        ISO 8601, as the query API takes it
  --for USE              what the query is for, where Azure takes less than the whole language: transformation,
                         basic-table, log-alert, detection, summary-rule, search-job, resource-graph
  -o, --output FORMAT    text (default), json as POST /conshelf/explain answers
  --data PATH            no server: a data folder, or files as tables named after them
${serverHelp}

  Without -w, --server and --data it compiles against the shipped table schemas. The query does not run.`,
  options: {
    ...serverOptions,
    workspace: { type: 'string', short: 'w' },
    timespan: { type: 'string' },
    for: { type: 'string' },
    output: { type: 'string', short: 'o' },
    data: { type: 'string', multiple: true },
  },
  run: runExplain,
}

async function runExplain(call: Call): Promise<ExitCode> {
  const output = textOption(call, 'output') ?? 'text'
  if (output !== 'text' && output !== 'json') throw new UsageError(`-o takes text, json, not '${output}'`)
  const data = listOption(call, 'data')
  const files = data.length > 0 ? [...data, ...call.words.slice(0, -1)] : []
  const query = call.words.at(-1)
  if (query === undefined || (files.length === 0 && call.words.length > 1)) throw new UsageError('one query, in quotes')
  // The compiler loads Microsoft's parser, which takes half a second: only when needed.
  const subset = await subsetOf(textOption(call, 'for'))
  const answer = await answerTo({ query, timespan: textOption(call, 'timespan'), subset }, files, call)
  const { terminal } = call
  const isGood = !answer.diagnostics.some(({ severity }) => severity === 'error')
  if (output === 'json') terminal.out(`${JSON.stringify(answer, undefined, 2)}\n`)
  else if (isGood) terminal.out(explainedText(answer, { width: terminal.width ?? 100, colour: terminal.colour }))
  for (const place of answer.diagnostics) terminal.err(underlined(query, place))
  return isGood ? exit.success : exit.failure
}

async function subsetOf(name: string | undefined): Promise<SubsetName | undefined> {
  if (name === undefined) return undefined
  const { subsets } = await import('@conshelf/kql')
  const names = Object.keys(subsets) as SubsetName[]
  const found = names.find((known) => known === name)
  if (!found) throw new UsageError(`--for takes ${names.join(', ')}, not '${name}'`)
  return found
}

async function answerTo(question: ExplainQuestion, files: readonly string[], call: Call): Promise<ExplainAnswer> {
  const workspace = textOption(call, 'workspace')
  if (files.length > 0) {
    const missing = files.find((file) => !existsSync(file))
    if (missing !== undefined) throw new CommandError(`there is no ${missing}`)
    const { explainLocal } = await import('./explained.ts')
    return explainLocal(files, workspace, question)
  }
  if (workspace === undefined && textOption(call, 'server') === undefined) {
    const { explainShipped } = await import('./explained.ts')
    return explainShipped(question)
  }
  const { query, timespan, subset } = question
  const body = JSON.stringify({ workspace: workspace ?? (await onlyWorkspace(call)), query, timespan, subset })
  const init = { method: 'POST', body, headers: { 'content-type': 'application/json' } }
  return (await fetchJson(serverOf(call), '/conshelf/explain', init, call.terminal.signal)) as ExplainAnswer
}
