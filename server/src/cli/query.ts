// `conshelf query`: runs KQL on a server, or with --data on files without one, and prints the result.
import { existsSync, readFileSync } from 'node:fs'
import { text as readAll } from 'node:stream/consumers'
import { type HttpAnswer, send, serverOf } from './client.ts'
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
import { type Format, formats, formatTable } from './formats.ts'
import { type AnswerBody, type ErrorBody, parseAnswer, reasonOf } from './result.ts'
import { underlined } from './underline.ts'
import { onlyWorkspace } from './workspaces.ts'

export const query: Command = {
  name: 'query',
  summary: 'run a KQL query',
  usage: "'T | take 5' [-w WORKSPACE] [--timespan P1D] [-o table|json|csv|ndjson] [--data FOLDER|FILE…]",
  help: `  -w, --workspace NAME   name or GUID; may be left out when the server has only one
  --timespan SPAN        ISO 8601: PT1H, P7D, 2024-05-01/2024-05-02
  -o, --output FORMAT    table (default), json, csv, ndjson
  -f, --file FILE        read the query from a file; - or no query: from standard input
  --data PATH            no server: a data folder, or files (JSON lines, JSON, CSV, Parquet) as tables named after them
  --wait SECONDS         give up after so long (default 180)
${serverHelp}

  conshelf query 'Heartbeat | summarize count() by Computer' -w cluster
  conshelf query --data ./logs/access.jsonl 'access | where status >= 500 | count'`,
  options: {
    ...serverOptions,
    workspace: { type: 'string', short: 'w' },
    timespan: { type: 'string' },
    output: { type: 'string', short: 'o' },
    file: { type: 'string', short: 'f' },
    data: { type: 'string', multiple: true },
    wait: { type: 'string' },
  },
  run: runQuery,
}

export interface Question {
  readonly query: string
  readonly workspace: string | undefined
  readonly timespan: string | undefined
  readonly waitSeconds: number | undefined
}

async function runQuery(call: Call): Promise<ExitCode> {
  const format = formatOf(textOption(call, 'output'))
  const data = listOption(call, 'data')
  // With --data, words before the query are further files, as a shell expands them.
  const files = data.length > 0 ? [...data, ...call.words.slice(0, -1)] : []
  if (files.length === 0 && call.words.length > 1) throw new UsageError('one query at a time; put it in quotes')
  const question: Question = {
    query: await queryText(call),
    workspace: textOption(call, 'workspace'),
    timespan: textOption(call, 'timespan'),
    waitSeconds: waitOf(textOption(call, 'wait')),
  }
  const answer = files.length > 0 ? await askFiles(files, question, call) : await askServer(question, call)
  return print(answer, question.query, format, call)
}

async function askFiles(files: readonly string[], question: Question, { terminal }: Call): Promise<HttpAnswer> {
  const missing = files.find((file) => !existsSync(file))
  if (missing !== undefined) throw new CommandError(`there is no ${missing}`)
  // The engine is loaded only when it is needed.
  const { askLocal, UnreadableFile } = await import('./local.ts')
  return askLocal(files, question, terminal).catch((error: unknown) => {
    throw error instanceof UnreadableFile ? new CommandError(error.message, { cause: error }) : error
  })
}

async function askServer({ query, workspace, timespan, waitSeconds }: Question, call: Call): Promise<HttpAnswer> {
  const server = serverOf(call)
  const name = workspace ?? (await onlyWorkspace(call))
  const prefer = ['include-statistics=true', ...(waitSeconds === undefined ? [] : [`wait=${waitSeconds}`])].join(', ')
  const body = JSON.stringify({ query, ...(timespan === undefined ? {} : { timespan }) })
  const init = { method: 'POST', body, headers: { 'content-type': 'application/json', prefer } }
  return send(server, `/v1/workspaces/${encodeURIComponent(name)}/query`, init, call.terminal.signal)
}

function formatOf(text: string | undefined): Format {
  const format = formats.find((known) => known === (text ?? 'table'))
  if (!format) throw new UsageError(`-o takes ${formats.join(', ')}, not '${text}'`)
  return format
}

function waitOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const seconds = Number(text)
  if (!(seconds > 0)) throw new UsageError(`--wait takes a number of seconds, not '${text}'`)
  return seconds
}

async function queryText(call: Call): Promise<string> {
  const file = textOption(call, 'file')
  const word = call.words.at(-1)
  if (file !== undefined && file !== '-') return readFileSync(file, 'utf8')
  return word !== undefined && word !== '-' && file === undefined ? word : readAll(process.stdin)
}

function print({ status, text }: HttpAnswer, queryText: string, format: Format, { terminal }: Call): ExitCode {
  const body = parseAnswer(text)
  if (!body.tables) {
    terminal.err(failureText(body.error ?? { message: `the server answered ${status}` }, queryText))
    return exit.failure
  }
  for (const [index, table] of body.tables.entries()) {
    if (format === 'table' && index > 0) terminal.out(`\n${table.name}\n`)
    terminal.out(formatTable(table, format, terminal.width))
  }
  for (const place of body.statistics?.warnings ?? []) terminal.err(underlined(queryText, place))
  if (format === 'table') terminal.err(`${summary(body)}\n`)
  if (!body.error) return exit.success
  terminal.err(`conshelf query: the answer is not whole: ${reasonOf(body.error)}\n`)
  return exit.partial
}

function failureText(error: ErrorBody, queryText: string): string {
  const places = error.innererror?.diagnostics ?? []
  if (places.length === 0) return `conshelf query: ${reasonOf(error)}\n`
  return places.map((place) => underlined(queryText, place)).join('\n')
}

function summary({ tables = [], statistics }: AnswerBody): string {
  const rows = tables.reduce((total, table) => total + table.rows.length, 0)
  const seconds = statistics?.query?.executionTime
  const time =
    seconds === undefined ? '' : `, ${seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`}`
  return `${rows} ${rows === 1 ? 'row' : 'rows'}${time}`
}
