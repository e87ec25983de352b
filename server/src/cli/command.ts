// What a command is. cli/main.ts has the table of all.
import type { ParseArgsOptionsConfig } from 'node:util'

export interface Command {
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** After the name, for help. */
  readonly usage: string
  /** Further lines of help: what the options mean, an example. */
  readonly help: string
  readonly options: ParseArgsOptionsConfig
  readonly run: (call: Call) => Promise<ExitCode>
}

export interface Call {
  readonly values: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>
  readonly words: readonly string[]
  readonly terminal: Terminal
}

/** The outside of the process, so that commands touch nothing else. */
export interface Terminal {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** Columns of the screen; undefined when the output goes to a file or a pipe. */
  readonly width: number | undefined
  readonly colour: boolean
  /** Aborts on Ctrl+C and SIGTERM. */
  readonly signal: AbortSignal
}

export const exit = { success: 0, failure: 1, usage: 2, partial: 3 } as const
export type ExitCode = (typeof exit)[keyof typeof exit]

/** A wrong call; printed with the usage of the command. */
export class UsageError extends Error {}

/** A failure that is explained by its message alone. */
export class CommandError extends Error {}

/** The value of an option that takes a text. */
export function textOption({ values }: Call, name: string): string | undefined {
  const value = values[name]
  return typeof value === 'string' ? value : undefined
}

export function listOption({ values }: Call, name: string): readonly string[] {
  const value = values[name]
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : []
}

/** Options of every command that talks to a server. */
export const serverOptions = {
  server: { type: 'string' },
  token: { type: 'string' },
} as const satisfies ParseArgsOptionsConfig

export const serverHelp = `  --server URL   the server (CONSHELF_URL, http://127.0.0.1:8080)
  --token TEXT   its bearer token (CONSHELF_TOKEN)`
