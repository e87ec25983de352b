// mappings/routes/<Name>.yaml: rows of one table that become rows of another too, or instead.
import { type Static, Type } from 'typebox'
import type { ContentKind, Problem } from '../document.ts'
import { stepsOf } from './field-mapping.ts'

const tableName = Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' })

const condition = Type.Union([
  Type.Boolean({ description: '`true`: there is a value; `false`: there is none.' }),
  Type.String(),
  Type.Array(Type.String(), { minItems: 1 }),
  Type.Object({ atLeast: Type.Number() }, { additionalProperties: false }),
])

const when = Type.Record(Type.String({ minLength: 1 }), condition, {
  description: 'Path from the row -> what its value must be; all must hold. Numbers compare as their texts.',
})

const text = Type.String({
  minLength: 1,
  description:
    'Path from the row: column, then members, joined by dots; a step with other characters in double quotes. `=text`: this text, in which {path} stands for the text of a value; without one of the values there is none.',
})
const chosen = Type.Object({ when, value: text }, { additionalProperties: false })
const one = Type.Union([text, chosen])
const built = Type.Object(
  {
    list: Type.Boolean({ description: 'Whether it is the only element of a list.' }),
    members: Type.Record(Type.String(), Type.Union([one, Type.Array(one)])),
  },
  { additionalProperties: false, description: 'An object of these members, without those that have no value.' },
)
const source = Type.Union([one, built, Type.Array(one, { description: 'The first that has a value.' })])

const schema = Type.Object(
  {
    set: Type.String({
      pattern: '^[a-z][a-z0-9-]*$',
      description: 'The routes that are switched together, by this name.',
    }),
    from: tableName,
    to: tableName,
    instead: Type.Optional(Type.Boolean({ description: 'The row itself is not kept.' })),
    each: Type.Optional(
      Type.String({
        description:
          'Path of a list: a row for each of its elements that `when` holds for; paths call it `each`, its `time` is the time.',
      }),
    ),
    when: Type.Optional(when),
    columns: Type.Record(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' }), source),
  },
  { additionalProperties: false, title: 'Route from table to table' },
)

export type RouteItem = Static<typeof schema>
export type RouteCondition = Static<typeof condition>
export type RouteSource = Static<typeof source>

export const routeKind: ContentKind<typeof schema> = { kind: 'route', schema, check: (item) => [...problems(item)] }

/** The literal pieces of a template around its paths; undefined: a brace is wrong. */
export function templateOf(
  text: string,
): { readonly pieces: readonly string[]; readonly paths: readonly string[] } | undefined {
  const parts = text.split(/\{([^{}]*)\}/)
  const pieces = parts.filter((_, i) => i % 2 === 0)
  const paths = parts.filter((_, i) => i % 2 === 1)
  if (pieces.some((piece) => /[{}]/.test(piece)) || paths.some((path) => !isPath(path))) return undefined
  return { pieces, paths }
}

function isPath(text: string): boolean {
  const steps = stepsOf(text)
  return steps !== undefined && steps.length > 0
}

function* problems(item: RouteItem): Iterable<Problem> {
  if (item.each !== undefined && !isPath(item.each)) yield { path: ['each'], reason: `'${item.each}' is no path` }
  if (item.each !== undefined && item.instead) yield { path: ['instead'], reason: 'a row of a list takes no place' }
  yield* conditionProblems(item.when ?? {}, ['when'])
  for (const [column, sources] of Object.entries(item.columns)) {
    for (const source of [sources].flat()) yield* sourceProblems(source, ['columns', column])
  }
}

function* sourceProblems(source: Exclude<RouteSource, unknown[]>, path: readonly string[]): Iterable<Problem> {
  if (typeof source === 'string') {
    const isRight = source.startsWith('=') ? templateOf(source.slice(1)) !== undefined : isPath(source)
    if (!isRight) yield { path, reason: `'${source}' is neither a path nor a text with paths in braces` }
  } else if ('members' in source) {
    for (const member of Object.values(source.members).flat()) yield* sourceProblems(member, path)
  } else {
    yield* conditionProblems(source.when, path)
    yield* sourceProblems(source.value, path)
  }
}

function* conditionProblems(when: Readonly<Record<string, unknown>>, path: readonly string[]): Iterable<Problem> {
  for (const text of Object.keys(when)) if (!isPath(text)) yield { path, reason: `'${text}' is no path` }
}
