// What is said of a source: a folder that is followed. `sources` in conshelf.yaml, or the same list as YAML or JSON in
// CONSHELF_SOURCES. docs/receivers.md describes the members.
import { type Static, type TSchema, Type } from 'typebox'
import { Compile } from 'typebox/compile'

const text = Type.String({ minLength: 1 })

/** Where records go and how they are read. */
const target = {
  name: Type.Optional(text),
  receiver: Type.Enum(['azure-diagnostics', 'flow-logs', 'kubernetes-audit', 'cri-logs', 'json']),
  table: Type.Optional(text),
  workspace: Type.Optional(text),
  mode: Type.Optional(Type.Enum(['diagnostics', 'resource'])),
  cluster: Type.Optional(text),
  computer: Type.Optional(text),
  keepTime: Type.Optional(Type.Boolean()),
}

/** How a folder is followed. */
const following = {
  include: Type.Optional(text),
  pollSeconds: Type.Optional(Type.Number({ minimum: 0.1, maximum: 86_400 })),
}

const closed = { additionalProperties: false }

const folder = Type.Object({ kind: Type.Literal('folder'), path: text, ...target, ...following }, closed)
export type FolderSettings = Static<typeof folder>
export type SourceSettings = FolderSettings

const kinds: Readonly<Record<string, TSchema>> = { folder }

/** The list, or what is wrong with it. */
export function readSources(value: unknown): readonly SourceSettings[] | string {
  if (!Array.isArray(value)) return 'expected a list of sources'
  for (const [index, entry] of value.entries()) {
    const problem = problemOf(entry)
    if (problem !== undefined) return `source ${index + 1}: ${problem}`
  }
  const sources = value as readonly SourceSettings[]
  const names = sources.map(sourceName)
  const twice = names.find((name, index) => names.indexOf(name) < index)
  return twice === undefined ? sources : `two sources are named '${twice}'; give each a name`
}

/** State is kept under it, so it must not change. */
export function sourceName(source: SourceSettings): string {
  return source.name ?? source.path
}

function problemOf(entry: unknown): string | undefined {
  const kind = typeof entry === 'object' && entry !== null && 'kind' in entry ? String(entry.kind) : ''
  const schema = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined
  if (!schema) return `kind is one of ${Object.keys(kinds).join(', ')}`
  const validator = Compile(schema)
  if (!validator.Check(entry)) return faultOf(validator.Errors(entry))
  const { receiver, table } = entry as SourceSettings
  if ((receiver === 'json') === (table === undefined))
    return "'table' is what the receiver json needs, and no other takes"
  return undefined
}

interface Fault {
  readonly keyword: string
  readonly instancePath: string
  readonly params: object
  readonly message: string
}

function faultOf(faults: readonly Fault[]): string {
  const fault = faults.find(({ keyword }) => keyword === 'additionalProperties') ?? faults[0]
  if (!fault) return 'it does not fit'
  const [names] = Object.values(fault.params)
  const about = Array.isArray(names) ? `: ${names.join(', ')}` : ''
  const member = fault.instancePath.slice(1)
  return `${member === '' ? '' : `'${member}' `}${fault.message}${about}`
}
