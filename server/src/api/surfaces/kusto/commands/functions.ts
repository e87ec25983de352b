// `.create-or-alter function`, `.drop function`, `.show functions`: the functions that queries of a database can call.
// https://learn.microsoft.com/kusto/management/create-alter-function
import type { StoredFunction, Workspace } from '../../../../catalog/types.ts'
import { ServerError } from '../../../../core/errors.ts'
import { principalOf } from '../../../auth.ts'
import { checkFunction } from '../../../function-check.ts'
import {
  authorizeIn,
  type Command,
  type CommandCall,
  type CommandResult,
  columnsOf,
  propertiesOf,
  word,
  workspaceOf,
} from './command.ts'

const columns = columnsOf('Name Parameters Body Folder DocString')

const shown = (all: readonly StoredFunction[]): CommandResult => ({
  columns,
  rows: all.map(({ name, parameters, body, folder, docString }) => [
    name,
    `(${parameters})`,
    `{ ${body} }`,
    folder,
    docString,
  ]),
})

const functionsIn = ({ parts }: CommandCall, workspace: Workspace) => parts.tables.functions(workspace)

function existing(command: CommandCall): StoredFunction {
  const name = word(command, 'function')
  const found = functionsIn(command, workspaceOf(command)).get(name)
  if (!found) throw new ServerError('entityNotFound', { entity: name, kind: 'Function' })
  return found
}

interface Written {
  readonly parameters: string
  readonly body: string
}

/** `(a:long) { … }`. */
function writtenIn(text: string): Written {
  const end = closing(text, 0)
  const body = end === undefined ? undefined : /^\s*\{([\s\S]*)\}\s*;?\s*$/.exec(text.slice(end + 1))?.[1]
  if (end === undefined || body === undefined || body.trim() === '')
    throw new ServerError('invalidArgument', {
      reason: 'a function is written as name(parameter:type, …) { body }',
      target: 'csl',
    })
  return { parameters: text.slice(text.indexOf('(') + 1, end).trim(), body: body.trim() }
}

/** Where the parenthesis is closed that the text begins with. */
function closing(text: string, from: number): number | undefined {
  let depth = 0
  for (const { 0: token, index } of text.slice(from).matchAll(/"[^"\n]*"|'[^'\n]*'|[(){]/g)) {
    if (token === '{' && depth === 0) return undefined
    if (token === '(') depth += 1
    if (token === ')' && --depth === 0) return from + index
  }
  return undefined
}

function save(mode: 'create' | 'alter' | 'both'): Command['run'] {
  return async (command) => {
    const workspace = workspaceOf(command)
    const name = word(command, 'function')
    authorizeIn(command, workspace, 'savedSearches/write', `savedSearches/${name}`)
    const functions = functionsIn(command, workspace)
    const there = functions.get(name)
    if (mode === 'alter') existing(command)
    if (mode === 'create' && there) {
      if (command.words.quietly !== undefined) return shown([there])
      throw new ServerError('invalidArgument', { reason: `a function '${name}' exists already`, target: 'csl' })
    }
    const written = writtenIn(word(command, 'written'))
    checkFunction({ ...command.parts, principal: principalOf(command.request) }, workspace, { name, ...written })
    const properties = propertiesOf(command.words.properties)
    const folder = properties.get('folder')
    const docString = properties.get('docstring')
    const saved = await functions.save({
      name,
      ...written,
      by: principalOf(command.request).name,
      ...(folder === undefined ? {} : { folder }),
      ...(docString === undefined ? {} : { docString }),
    })
    return shown([saved])
  }
}

async function drop(command: CommandCall): Promise<CommandResult> {
  const workspace = workspaceOf(command)
  const functions = functionsIn(command, workspace)
  const name = word(command, 'function')
  authorizeIn(command, workspace, 'savedSearches/delete', `savedSearches/${name}`)
  if (command.words.quietly === undefined) existing(command)
  await functions.remove(name)
  return shown(functions.list())
}

export const functionCommands: readonly Command[] = [
  { pattern: '.show functions', run: async (command) => shown(functionsIn(command, workspaceOf(command)).list()) },
  { pattern: '.show function {function}', run: async (command) => shown([existing(command)]) },
  {
    pattern: '.create-or-alter function [with {properties:properties}] {function}{written:call}',
    writes: 'functions',
    run: save('both'),
  },
  {
    pattern: '.create function [{quietly:ifnotexists}] [with {properties:properties}] {function}{written:call}',
    writes: 'functions',
    run: save('create'),
  },
  {
    pattern: '.alter function [with {properties:properties}] {function}{written:call}',
    writes: 'functions',
    run: save('alter'),
  },
  { pattern: '.drop function {function} [{quietly:ifexists}]', writes: 'functions', run: drop },
]
