// tables/<Table>.yaml: a table's columns and how the engine should lay it out. table-definition.ts makes the definition.
import { type Static, Type } from 'typebox'
import type { ContentKind, Problem } from '../document.ts'

export const scalarTypes = [
  'bool',
  'int',
  'long',
  'real',
  'decimal',
  'string',
  'datetime',
  'timespan',
  'guid',
  'dynamic',
] as const

/** The columns that a table has without listing them, at its head and at its end, and their types. */
export const frame = {
  head: { TenantId: 'string', TimeGenerated: 'datetime' },
  tail: {
    Type: 'string',
    _IsBillable: 'string',
    _BilledSize: 'real',
    _ResourceId: 'string',
    _SubscriptionId: 'string',
  },
} as const

const frameTypes: Readonly<Record<string, string>> = { ...frame.head, ...frame.tail }
const frameNames = Object.keys(frameTypes)

const type = Type.Enum([...scalarTypes])
const column = Type.Union([type, Type.Object({ type, doc: Type.String() }, { additionalProperties: false })])
const columnName = '^[A-Za-z_][A-Za-z0-9_]*$'
const path = Type.String({
  pattern: '^$|^[\\w-]+(\\.[\\w-]+)*$',
  description: 'Steps joined by dots; empty: the column as text.',
})

const layout = Type.Object(
  {
    discriminator: Type.Optional(
      Type.String({ description: 'String column that nearly every query filters; leads the sort key.' }),
    ),
    lowCardinality: Type.Optional(
      Type.Array(Type.String(), {
        description: 'Columns or promoted paths with few values, beside those known by their names.',
      }),
    ),
    searched: Type.Optional(
      Type.Array(Type.String(), {
        description: 'Columns or promoted paths with a token index. Absent: by column name.',
      }),
    ),
    promoted: Type.Optional(
      Type.Record(Type.String({ pattern: columnName }), Type.Array(path), {
        additionalProperties: false,
        description: 'Paths inside JSON columns kept as text columns of their own. Elsewhere written column/path.',
      }),
    ),
    retentionDays: Type.Optional(Type.Integer({ minimum: 4, maximum: 730 })),
  },
  { additionalProperties: false },
)

const schema = Type.Object(
  {
    name: Type.String({ pattern: columnName, description: "The table's exact name, which is also the file's." }),
    extends: Type.Optional(Type.Literal(true, { description: 'Adds columns to a table of a required pack.' })),
    time: Type.Optional(Type.String({ description: 'The column that time ranges apply to, if not TimeGenerated.' })),
    plan: Type.Optional(Type.Enum(['analytics', 'basic'])),
    grows: Type.Optional(Type.Boolean({ description: 'Unknown properties of a record become columns.' })),
    without: Type.Optional(
      Type.Array(Type.Enum(frameNames), { description: 'Frame columns that the table does not list.' }),
    ),
    view: Type.Optional(
      Type.String({ description: 'KQL whose rows belong to the table too. Starts with its base table.' }),
    ),
    layout: Type.Optional(layout),
    columns: Type.Record(Type.String({ pattern: columnName }), column, {
      additionalProperties: false,
      description: `In the order a workspace shows them. ${frameNames.join(', ')} are added at both ends unless listed.`,
    }),
  },
  { additionalProperties: false, title: 'Table' },
)

export type TableItem = Static<typeof schema>

/** Name of the engine's column that keeps a promoted path; no KQL column can have it. */
export function storedName(column: string, path: string): string {
  return `${column}/${path}`
}

export function typeOf(item: TableItem, name: string): string | undefined {
  const listed = item.columns[name]
  if (listed !== undefined) return typeof listed === 'string' ? listed : listed.type
  return item.without?.includes(name) || item.extends ? undefined : frameTypes[name]
}

function check(item: TableItem): readonly Problem[] {
  return [...extensionProblems(item), ...frameProblems(item), ...timeProblems(item), ...layoutProblems(item)]
}

function* extensionProblems(item: TableItem): Iterable<Problem> {
  if (!item.extends) return
  for (const field of ['time', 'plan', 'grows', 'without', 'view', 'layout'] as const) {
    if (item[field] !== undefined) yield { path: [field], reason: `'${field}' belongs to the table that is extended` }
  }
}

function* frameProblems(item: TableItem): Iterable<Problem> {
  for (const name of frameNames) {
    const wrong = item.columns[name] !== undefined && typeOf(item, name) !== frameTypes[name]
    if (wrong) yield { path: ['columns', name], reason: `'${name}' is ${frameTypes[name]} in every table` }
    if (item.without?.includes(name) && item.columns[name] !== undefined)
      yield { path: ['columns', name], reason: `'${name}' is listed and left out` }
  }
}

function* timeProblems(item: TableItem): Iterable<Problem> {
  if (item.time !== undefined && typeOf(item, item.time) !== 'datetime')
    yield { path: ['time'], reason: `'${item.time}' is not a datetime column` }
}

function* layoutProblems(item: TableItem): Iterable<Problem> {
  const { discriminator, lowCardinality = [], searched = [], promoted = {} } = item.layout ?? {}
  const stored = new Set<string>()
  for (const [name, paths] of Object.entries(promoted)) {
    if (!['string', 'dynamic'].includes(typeOf(item, name) ?? ''))
      yield { path: ['layout', 'promoted', name], reason: `'${name}' is not a string or dynamic column` }
    for (const path of paths) stored.add(storedName(name, path))
  }
  const isText = (name: string) => stored.has(name) || typeOf(item, name) === 'string'
  if (discriminator !== undefined && typeOf(item, discriminator) !== 'string')
    yield { path: ['layout', 'discriminator'], reason: `'${discriminator}' is not a string column` }
  for (const [field, names] of Object.entries({ lowCardinality, searched })) {
    for (const [i, name] of names.entries())
      if (!isText(name))
        yield { path: ['layout', field, i], reason: `'${name}' is neither a string column nor a promoted path` }
  }
}

export const tableKind: ContentKind<typeof schema> = { kind: 'table', schema, check }
