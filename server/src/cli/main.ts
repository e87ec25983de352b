// The command line: the table of commands, help, and the way errors become messages and exit codes.
import { parseArgs } from 'node:util'
import { ConfigError } from '../config.ts'
import { collect } from './collect.ts'
import { type Command, CommandError, type ExitCode, exit, type Terminal, UsageError } from './command.ts'
import { completion } from './completion.ts'
import { client, token } from './credentials.ts'
import { demo } from './demo.ts'
import { deploy } from './deploy.ts'
import { explain } from './explain.ts'
import { exportFolder } from './export.ts'
import { ingest } from './ingest.ts'
import { query } from './query.ts'
import { serve } from './serve.ts'
import { version } from './version.ts'

export const commands: readonly Command[] = [
  serve,
  query,
  explain,
  ingest,
  collect,
  token,
  client,
  deploy,
  exportFolder,
  demo,
  completion,
  version,
]

export async function main(args: readonly string[]): Promise<ExitCode> {
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())
  return run(args, {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    env: process.env,
    cwd: process.cwd(),
    width: process.stdout.isTTY ? process.stdout.columns : undefined,
    colour: process.stdout.isTTY === true && process.env.NO_COLOR === undefined,
    signal: stopping.signal,
  })
}

export async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const [name = 'help', ...rest] = args
  if (name === 'help' || name === '--help' || name === '-h') return help(rest[0], terminal)
  const command = commands.find((known) => known.name === (name === '--version' ? 'version' : name))
  if (!command) {
    terminal.err(`conshelf: there is no command '${name}'; \`conshelf help\` lists them\n`)
    return exit.usage
  }
  try {
    const options = { ...command.options, help: { type: 'boolean', short: 'h' } } as const
    const { values, positionals } = parseArgs({
      args: rest,
      options,
      allowPositionals: true,
      allowNegative: true,
      strict: true,
    })
    if (values.help === true) return help(command.name, terminal)
    return await command.run({ values, words: positionals, terminal })
  } catch (error) {
    return report(command, error, terminal)
  }
}

function report(command: Command, error: unknown, terminal: Terminal): ExitCode {
  if (error instanceof UsageError || isParseError(error)) {
    terminal.err(`conshelf ${command.name}: ${error.message}\nusage: conshelf ${command.name} ${command.usage}\n`)
    return exit.usage
  }
  if (error instanceof CommandError || error instanceof ConfigError)
    terminal.err(`conshelf ${command.name}: ${error.message}\n`)
  else
    terminal.err(
      `conshelf ${command.name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    )
  return exit.failure
}

function isParseError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
}

function help(name: string | undefined, terminal: Terminal): ExitCode {
  const command = commands.find((known) => known.name === name)
  terminal.out(command ? commandHelp(command) : overview())
  return name !== undefined && !command ? exit.usage : exit.success
}

function commandHelp({ name, usage, summary, help: text }: Command): string {
  return `conshelf ${name} ${usage}\n\n${summary}\n\n${text}\n`
}

function overview(): string {
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(12)}${summary}`)
  return `conshelf <command> [options]

A self-hosted workspace for logs, compatible with Azure Monitor Logs: KQL over an embedded column store.

${lines.join('\n')}

\`conshelf help <command>\` explains one. Exit codes: 0 success, 1 failure, 2 wrong call, 3 partial answer.
`
}
