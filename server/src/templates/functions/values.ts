// Functions of lists, objects, numbers, comparisons and logic.
import type { Json } from '../scope.ts'
import {
  booleanAt,
  isEqual,
  isRecord,
  kindOf,
  listAt,
  memberOf,
  numberAt,
  type TemplateFunction,
  textAt,
  textOf,
  WrongArgument,
} from './function.ts'

const compare =
  (holds: (order: number) => boolean): TemplateFunction =>
  ([a, b]) => {
    if (typeof a === 'number' && typeof b === 'number') return holds(a - b)
    if (typeof a === 'string' && typeof b === 'string') return holds(a < b ? -1 : a > b ? 1 : 0)
    throw new WrongArgument(`two numbers or two texts are compared, not ${kindOf(a)} with ${kindOf(b)}`)
  }

const arithmetic =
  (make: (a: number, b: number) => number): TemplateFunction =>
  (args) =>
    make(numberAt(args, 0), numberAt(args, 1))

function divided(a: number, b: number): number {
  if (b === 0) throw new WrongArgument('division by zero')
  return Math.trunc(a / b)
}

/** Lists and texts alike. */
const cut =
  (part: <T extends readonly Json[] | string>(value: T, count: number) => Json): TemplateFunction =>
  (args) => {
    const [value] = args
    if (typeof value === 'string') return part(value, numberAt(args, 1))
    return part(listAt(args, 0), numberAt(args, 1))
  }

function merged(args: readonly Json[]): Json {
  if (args.every(Array.isArray)) {
    const all = args.flat() as readonly Json[]
    return all.filter((value, at) => all.findIndex((other) => isEqual(value, other)) === at)
  }
  return args.reduce((a, b) => mergedObjects(a, b))
}

function mergedObjects(a: Json, b: Json): Json {
  if (!isRecord(a) || !isRecord(b)) return b
  const entries = Object.entries(b).map(([name, value]) => [
    name,
    name in a ? mergedObjects(a[name] ?? null, value) : value,
  ])
  return { ...a, ...Object.fromEntries(entries) }
}

function common(args: readonly Json[]): Json {
  const [first, ...rest] = args
  if (Array.isArray(first))
    return first.filter((value: Json) =>
      rest.every((_, at) => listAt(args, at + 1).some((each) => isEqual(each, value))),
    )
  if (!isRecord(first)) throw new WrongArgument(`lists or objects have something in common, not ${kindOf(first)}`)
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) =>
      rest.every((other) => isRecord(other) && isEqual(other[name], value)),
    ),
  )
}

function isEmpty([value]: readonly Json[]): boolean {
  if (value === null || value === undefined || value === '') return true
  if (Array.isArray(value)) return value.length === 0
  return isRecord(value) && Object.keys(value).length === 0
}

function contains([value, wanted]: readonly Json[]): boolean {
  if (typeof value === 'string') return value.includes(textOf(wanted))
  if (Array.isArray(value)) return value.some((each: Json) => isEqual(each, wanted))
  if (!isRecord(value)) throw new WrongArgument(`a text, a list or an object contains something, not ${kindOf(value)}`)
  return Object.keys(value).some((name) => name.toLowerCase() === textOf(wanted).toLowerCase())
}

function sizeOf([value]: readonly Json[]): number {
  if (typeof value === 'string' || Array.isArray(value)) return value.length
  if (isRecord(value)) return Object.keys(value).length
  throw new WrongArgument(`a text, a list or an object has a length, not ${kindOf(value)}`)
}

const numbersOf = (args: readonly Json[]): readonly number[] => {
  const all = Array.isArray(args[0]) ? (args[0] as readonly Json[]) : args
  return all.map((_, at) => numberAt(all, at))
}

function objectOf(args: readonly Json[]): Json {
  if (args.length % 2 === 1) throw new WrongArgument('names and values come in pairs')
  const pairs = args.flatMap((_, at) => (at % 2 === 0 ? [[textAt(args, at), args[at + 1] ?? null] as const] : []))
  return Object.fromEntries(pairs)
}

function wholeOf([value]: readonly Json[]): number {
  const number = Number(value)
  if ((typeof value === 'string' || typeof value === 'number') && Number.isInteger(number)) return number
  throw new WrongArgument(`${kindOf(value)} is no whole number`)
}

function truth([value]: readonly Json[]): boolean {
  if (typeof value === 'boolean') return value
  if (typeof value === 'number') return value !== 0
  if (typeof value === 'string' && /^(true|false|1|0)$/i.test(value)) return /^(true|1)$/i.test(value)
  throw new WrongArgument(`${kindOf(value)} is neither true nor false`)
}

export const valueFunctions: Readonly<Record<string, TemplateFunction>> = {
  array: ([value = null]) => (Array.isArray(value) ? value : [value]),
  createArray: (args) => args,
  createObject: objectOf,
  contains,
  empty: isEmpty,
  first: ([value]) => (typeof value === 'string' ? value.slice(0, 1) : (listAt([value ?? null], 0)[0] ?? null)),
  last: ([value]) => (typeof value === 'string' ? value.slice(-1) : (listAt([value ?? null], 0).at(-1) ?? null)),
  flatten: (args) => listAt(args, 0).flat() as Json,
  indexFromEnd: (args) => listAt(args, 0).at(-numberAt(args, 1)) ?? null,
  intersection: common,
  items: ([value]) => {
    if (!isRecord(value)) throw new WrongArgument(`items are those of an object, not of ${kindOf(value)}`)
    return Object.keys(value)
      .toSorted()
      .map((key) => ({ key, value: value[key] ?? null }))
  },
  objectKeys: ([value]) => (isRecord(value) ? Object.keys(value).toSorted() : []),
  tryGet: ([value, name]) =>
    typeof name === 'number' ? (listAt([value ?? null], 0)[name] ?? null) : (memberOf(value, textOf(name)) ?? null),
  length: sizeOf,
  max: (args) => Math.max(...numbersOf(args)),
  min: (args) => Math.min(...numbersOf(args)),
  range: (args) => Array.from({ length: numberAt(args, 1) }, (_, at) => numberAt(args, 0) + at),
  skip: cut((value, count) => value.slice(Math.max(0, count))),
  take: cut((value, count) => value.slice(0, Math.max(0, count))),
  union: merged,
  shallowMerge: (args) => Object.assign({}, ...listAt(args, 0)) as Json,

  equals: ([a, b]) => isEqual(a, b),
  less: compare((order) => order < 0),
  lessOrEquals: compare((order) => order <= 0),
  greater: compare((order) => order > 0),
  greaterOrEquals: compare((order) => order >= 0),
  coalesce: (args) => args.find((value) => value !== null && value !== undefined) ?? null,
  not: (args) => !booleanAt(args, 0),
  bool: truth,
  true: () => true,
  false: () => false,
  null: () => null,

  add: arithmetic((a, b) => a + b),
  sub: arithmetic((a, b) => a - b),
  mul: arithmetic((a, b) => a * b),
  div: arithmetic(divided),
  mod: arithmetic((a, b) => a - b * divided(a, b)),
  int: wholeOf,
}
