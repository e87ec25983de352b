// What a management command is: a pattern, and a function from its words to a table. One entry in a file here for each.
// https://learn.microsoft.com/kusto/management/
import type { Catalog, Column, Row, ScalarType } from '@conshelf/kql'
import type { FastifyRequest } from 'fastify'
import { authorize } from '../../../../access/principal.ts'
import type { Workspace } from '../../../../catalog/types.ts'
import { ServerError } from '../../../../core/errors.ts'
import { type WorkspaceView, workspacesFor } from '../../../access.ts'
import { principalOf } from '../../../auth.ts'
import type { ApiParts } from '../../../parts.ts'
import { type Call, currentDatabase, databaseOf } from '../call.ts'
import type { RunningQueries } from '../running.ts'

export interface CommandParts extends ApiParts {
  readonly running: RunningQueries
  /** When the server began, in milliseconds since 1970. */
  readonly startedAt: number
}

export interface CommandCall {
  readonly parts: CommandParts
  readonly request: FastifyRequest
  readonly call: Call
  /** Raised when the client leaves. */
  readonly signal: AbortSignal
  /** What stands at the pattern's places, names without their quotes; missing where the text has none. */
  readonly words: Readonly<Partial<Record<string, string>>>
}

export interface CommandResult {
  readonly columns: readonly Column[]
  readonly rows: readonly Row[]
}

export interface Command {
  /**
   * Words, and places: `{x}` a name, `{x:list}` names in parentheses, `{x:columns}` the same with types, `{x:properties}`
   * `name = value` in parentheses, `{x:text}` a quoted text, `{x:rest}` everything that follows. What stands in brackets
   * may be left out; `a|b` is one of both.
   */
  readonly pattern: string
  /** What it changes: the table or the function that its words name, or rows. */
  readonly writes?: 'tables' | 'functions' | 'rows'
  run(call: CommandCall): Promise<CommandResult>
}

/** A table as `Name:type Other`, of type string where none is given. */
export function columnsOf(text: string): readonly Column[] {
  return text.split(/\s+/).map((each) => {
    const [name = '', type = 'string'] = each.split(':')
    return { name, type: type as ScalarType }
  })
}

/** The place of a pattern, which always has a text. */
export function word({ words }: CommandCall, name: string): string {
  return words[name] ?? ''
}

/** The database that a command is about: the one it names at `{database}`, or the request's. */
export function workspaceOf(command: CommandCall): Workspace {
  const { call, words } = command
  return databaseOf(viewOf(command), words.database ?? call.database)
}

/** The databases of `('a', 'b')`, or all, the request's first. */
export function workspacesOf(command: CommandCall): readonly Workspace[] {
  const { databases } = command.words
  if (databases === undefined) return viewOf(command).list()
  return namesOf(databases).map((name) => databaseOf(viewOf(command), name))
}

export function currentOf(command: CommandCall): Workspace | undefined {
  return currentDatabase(viewOf(command), command.call.database)
}

/** The database that a command writes rows to. */
export function targetOf({ parts, request, call }: CommandCall): Workspace {
  return databaseOf(workspacesFor(parts, principalOf(request), 'ingest'), call.database)
}

function viewOf({ parts, request }: CommandCall): WorkspaceView {
  return workspacesFor(parts, principalOf(request))
}

/** What the caller may name in the database. */
export function catalogOf({ parts, request }: CommandCall, workspace: Workspace): Catalog {
  return parts.tables.catalog([workspace], principalOf(request).reads)
}

/** `action` and `part` below the workspace, as in `tables/write` and `tables/T_CL`. Throws authorizationFailed. */
export function authorizeIn({ request }: CommandCall, { resourceId }: Workspace, action: string, part: string): void {
  authorize(principalOf(request), `Microsoft.OperationalInsights/workspaces/${action}`, `${resourceId}/${part}`)
}

/** A name of the table in the spelling it has, which is the only one that is found. Throws entityNotFound. */
export function tableOf(command: CommandCall, workspace: Workspace): string {
  const table = word(command, 'table')
  if (catalogOf(command, workspace).table(table)) return table
  throw new ServerError('entityNotFound', { entity: table, kind: 'Table' })
}

const name = String.raw`(?:[A-Za-z_][\w-]*|\[\s*(?:'[^'\n]*'|"[^"\n]*")\s*\]|'[^'\n]*'|"[^"\n]*")`
const kinds: Readonly<Record<string, string>> = {
  name,
  list: String.raw`\(\s*${name}(?:\s*,\s*${name})*\s*\)`,
  text: String.raw`'[^'\n]*'|"[^"\n]*"`,
  rest: String.raw`[\s\S]*`,
  columns: String.raw`\(\s*${name}\s*:\s*\w+(?:\s*,\s*${name}\s*:\s*\w+)*\s*\)`,
  /** What stands behind the name of a function: its parameters and its body. */
  call: String.raw`\s*\([\s\S]*`,
  ifexists: 'ifexists',
  ifnotexists: 'ifnotexists',
  properties: String.raw`\((?:[^()'"]|'[^'\n]*'|"[^"\n]*")*\)`,
}

/** What needs no blank before it. */
const tight: ReadonlySet<string> = new Set(['list', 'rest', 'columns', 'properties'])

/** The words of a text that fits the pattern. */
export function matched(pattern: RegExp, text: string): CommandCall['words'] | undefined {
  const found = pattern.exec(text)
  if (!found) return undefined
  return Object.fromEntries(Object.entries(found.groups ?? {}).map(([key, value]) => [key, plainName(value)]))
}

export function patternOf(pattern: string): RegExp {
  const source = pattern
    .replace(/[.()]/g, '\\$&')
    .replace(/ ?\[([^\]]*)\]/g, (all, inner: string) => `(?:${all.startsWith(' ') ? ' ' : ''}${inner})?`)
    .replace(/[\w-]+(?:\|[\w-]+)+/g, '(?:$&)')
    .replace(/ ?\{(\w+)(?::(\w+))?\}/g, (all, key: string, kind = 'name') => {
      const gap = all.startsWith(' ') ? (tight.has(kind) ? '\\s*' : '\\s+') : ''
      return `${gap}(?<${key}>${kinds[kind]})`
    })
    .replace(/ /g, '\\s+')
  return new RegExp(`^\\s*${source}\\s*;?\\s*$`, 'i')
}

/** Names in parentheses, separated by commas. */
export function namesOf(list: string): readonly string[] {
  return [...list.matchAll(new RegExp(name, 'g'))].map(([each]) => plainName(each) ?? '')
}

/** `with (docstring = "a", folder = "b")`, names in lower case. */
export function propertiesOf(text: string | undefined): ReadonlyMap<string, string> {
  const all = (text ?? '').matchAll(/(\w+)\s*=\s*(?:"([^"\n]*)"|'([^'\n]*)'|([^\s,)]+))/g)
  return new Map(
    [...all].map(([, key = '', double, single, plain]) => [key.toLowerCase(), double ?? single ?? plain ?? '']),
  )
}

/** `['a b']` is called `a b`. */
export function plainName(text: string | undefined): string | undefined {
  return text === undefined ? undefined : (/^\[?\s*(['"])([^'"\n]*)\1\s*\]?$/.exec(text)?.[2] ?? text)
}
