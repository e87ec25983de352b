// Reads one YAML content file: text -> checked value, every complaint with its place. Used by the loaders of all kinds.
import { readFileSync } from 'node:fs'
import type { Static, TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import { isNode, LineCounter, parse, parseDocument, YAMLParseError } from 'yaml'
import { plainEnd } from './plain-map.ts'

/** Keys and indices that lead to a value inside a document. */
export type Path = readonly (string | number)[]

export interface Problem {
  readonly path: Path
  readonly reason: string
}

/** A content file that cannot be used. Line and column count from 1. */
export class ContentError extends Error {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly reason: string
  constructor(file: string, line: number, column: number, reason: string) {
    super(`${file}:${line}:${column}: ${reason}`)
    this.name = 'ContentError'
    this.file = file
    this.line = line
    this.column = column
    this.reason = reason
  }
}

/** One kind of content item: its schema and what the schema cannot say. */
export interface ContentKind<S extends TSchema> {
  readonly kind: string
  readonly schema: S
  check(item: Static<S>): readonly Problem[]
}

const validators = new WeakMap<TSchema, Validator>()

function validatorOf(schema: TSchema): Validator {
  const known = validators.get(schema)
  if (known) return known
  const made = Compile(schema)
  validators.set(schema, made)
  return made
}

export function readItem<S extends TSchema>(kind: ContentKind<S>, file: string): Static<S> {
  return parseItem(kind, file, readFileSync(file, 'utf8'))
}

/** `file` is only a name for complaints. */
export function parseItem<S extends TSchema>(kind: ContentKind<S>, file: string, text: string): Static<S> {
  const value = parseYaml(file, text)
  const problem = schemaProblem(kind.schema, value) ?? kind.check(value as Static<S>)[0]
  if (problem) throw problemError(file, text, problem)
  return value as Static<S>
}

/** The complaint as an error with the place of the value (of the key, where a key is at fault) in the text. */
export function problemError(file: string, text: string, problem: Problem): ContentError {
  const { line, column } = placeOf(text, problem.path)
  return new ContentError(file, line, column, problem.reason)
}

function parseYaml(file: string, text: string): unknown {
  const end = plainEnd(text)
  const rest = end && parseYaml(file, end.rest)
  if (end && typeof rest === 'object' && rest !== null && !(end.key in rest)) return { ...rest, [end.key]: end.map }
  try {
    return parse(text)
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error
    const place = error.linePos?.[0] ?? { line: 1, col: 1 }
    throw new ContentError(file, place.line, place.col, error.message.split(' at line ')[0] ?? error.message)
  }
}

function placeOf(text: string, path: Path): { line: number; column: number } {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  for (let length = path.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true)
    const offset = isNode(node) ? node.range?.[0] : undefined
    if (offset === undefined) continue
    const { line, col } = lines.linePos(offset)
    return { line, column: col }
  }
  return { line: 1, column: 1 }
}

/** How much a complaint of the validator tells; a union's own complaint tells least. */
const weight: Readonly<Record<string, number>> = { boolean: 3, enum: 3, required: 3, pattern: 2, type: 1 }

function schemaProblem(schema: TSchema, value: unknown): Problem | undefined {
  const validator = validatorOf(schema)
  if (validator.Check(value)) return undefined
  const errors = validator.Errors(value).map((e) => ({ ...e, path: pathOf(e.instancePath) }))
  errors.sort((a, b) => b.path.length - a.path.length || (weight[b.keyword] ?? 0) - (weight[a.keyword] ?? 0))
  const first = errors[0]
  if (!first) return { path: [], reason: 'does not fit its schema' }
  return { path: first.path, reason: reasonOf(first.keyword, first.path, first.params, first.message) }
}

function pathOf(pointer: string): string[] {
  if (pointer === '') return []
  const steps = pointer.slice(1).split('/')
  return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function reasonOf(keyword: string, path: Path, params: object, message: string): string {
  const name = path.at(-1) ?? 'document'
  if (keyword === 'boolean') return `unknown field '${name}'`
  if (keyword === 'enum' && 'allowedValues' in params) return `'${name}' must be one of ${list(params.allowedValues)}`
  if (keyword === 'required' && 'requiredProperties' in params) return `missing: ${list(params.requiredProperties)}`
  return `'${name}' ${message}`
}

function list(values: unknown): string {
  return Array.isArray(values) ? values.join(', ') : String(values)
}
