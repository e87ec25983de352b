// `conshelf explain`: the SQL that a query becomes, against the shipped schemas; no server needed.
import { type Call, type Command, type ExitCode, exit, textOption, UsageError } from './command.ts'
import { underlined } from './underline.ts'

export const explain: Command = {
  name: 'explain',
  summary: 'show what a query is compiled to',
  usage: "'T | take 5' [--timespan P1D]",
  help: `  --timespan SPAN   ISO 8601, as the query API takes it

  Compiles against the shipped table schemas, without a server. Prints the stages and the SQL.`,
  options: { timespan: { type: 'string' } },
  run: runExplain,
}

async function runExplain(call: Call): Promise<ExitCode> {
  const [query, ...rest] = call.words
  if (query === undefined || rest.length > 0) throw new UsageError('one query, in quotes')
  // The compiler loads Microsoft's parser, which takes half a second: only when needed.
  const { explained } = await import('./explained.ts')
  const { ok, text, places } = explained(query, textOption(call, 'timespan'))
  call.terminal.out(text)
  for (const place of places) call.terminal.err(underlined(query, place))
  return ok ? exit.success : exit.failure
}
