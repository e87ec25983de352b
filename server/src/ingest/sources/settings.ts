// What is said of a source: a folder, a bucket or a topic that is followed. `sources` in conshelf.yaml, or the same list as YAML or JSON in
// CONSHELF_SOURCES. docs/receivers.md describes the members.
import { type Static, type TSchema, Type } from 'typebox'
import { Compile } from 'typebox/compile'

const text = Type.String({ minLength: 1 })

const receiver = Type.Enum([
  ...(['azure-diagnostics', 'flow-logs', 'kubernetes-audit', 'cri-logs', 'json', 'data-export', 'defender'] as const),
])

/** Where records go and how they are read. */
const target = {
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

const files = { name: Type.Optional(text), receiver, ...target, ...following }

const folder = Type.Object({ kind: Type.Literal('folder'), path: text, ...files }, closed)

/** Credentials are in environment variables; the settings have their names. */
const s3 = Type.Object(
  {
    kind: Type.Literal('s3'),
    endpoint: Type.String({ pattern: '^https?://' }),
    bucket: text,
    prefix: Type.Optional(Type.String()),
    region: Type.Optional(text),
    keyIdVariable: text,
    secretVariable: text,
    sessionTokenVariable: Type.Optional(text),
    ...files,
  },
  closed,
)

const azureBlob = Type.Object(
  { kind: Type.Literal('azure-blob'), sasUrlVariable: text, prefix: Type.Optional(Type.String()), ...files },
  closed,
)

const kafka = Type.Object(
  {
    kind: Type.Literal('kafka'),
    name: text,
    brokers: Type.Optional(Type.Array(Type.String({ pattern: ':\\d+$' }), { minItems: 1 })),
    topics: Type.Optional(Type.Array(text, { minItems: 1 })),
    connectionStringVariable: Type.Optional(text),
    tls: Type.Optional(Type.Boolean()),
    ca: Type.Optional(text),
    mechanism: Type.Optional(Type.Enum(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'])),
    user: Type.Optional(text),
    passwordVariable: Type.Optional(text),
    start: Type.Optional(Type.Enum(['earliest', 'latest'])),
    receiver: Type.Optional(receiver),
    ...target,
  },
  closed,
)

export type FolderSettings = Static<typeof folder>
export type S3Settings = Static<typeof s3>
export type AzureBlobSettings = Static<typeof azureBlob>
export type KafkaSettings = Static<typeof kafka>
export type FilesSettings = FolderSettings | S3Settings | AzureBlobSettings
export type SourceSettings = FilesSettings | KafkaSettings

const kinds: Readonly<Record<string, TSchema>> = { folder, s3, 'azure-blob': azureBlob, kafka }

/** The values of the variables that sources name. */
export type Secrets = Readonly<Record<string, string>>

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
  if (source.name !== undefined) return source.name
  if (source.kind === 'folder') return source.path
  if (source.kind === 's3') return `s3:${source.bucket}/${source.prefix ?? ''}`
  return source.kind === 'azure-blob' ? `azure-blob:${source.sasUrlVariable}/${source.prefix ?? ''}` : source.kind
}

/** Names of environment variables. */
export function variablesOf(source: SourceSettings): string[] {
  return Object.entries(source).flatMap(([member, value]) => (member.endsWith('Variable') ? [String(value)] : []))
}

function problemOf(entry: unknown): string | undefined {
  const kind = typeof entry === 'object' && entry !== null && 'kind' in entry ? String(entry.kind) : ''
  const schema = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined
  if (!schema) return `kind is one of ${Object.keys(kinds).join(', ')}`
  const validator = Compile(schema)
  if (!validator.Check(entry)) return faultOf(validator.Errors(entry))
  const source = entry as SourceSettings
  const { receiver, table } = source
  if (source.kind === 'kafka' && kafkaProblem(source) !== undefined) return kafkaProblem(source)
  if ((receiver === 'json') === (table === undefined))
    return "'table' is what the receiver json needs, and no other takes"
  return undefined
}

function kafkaProblem(source: KafkaSettings): string | undefined {
  const { brokers, topics, connectionStringVariable, user, passwordVariable, mechanism, tls } = source
  if (connectionStringVariable !== undefined) {
    const isTwice = [brokers, user, passwordVariable, mechanism, tls].some((value) => value !== undefined)
    return isTwice ? 'a connection string says the brokers, user, password and TLS itself' : undefined
  }
  if (!brokers || !topics) return "'brokers' and 'topics', or 'connectionStringVariable' is needed"
  if ((user === undefined) !== (passwordVariable === undefined)) return "'user' and 'passwordVariable' belong together"
  return mechanism !== undefined && user === undefined ? "'mechanism' needs 'user'" : undefined
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
