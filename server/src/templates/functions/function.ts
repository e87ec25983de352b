// What a function of templates is: values in, a value out. One entry in a file here for each.
// https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions
import type { Json, Scope } from '../scope.ts'

/** A wrong argument; the evaluator adds the place. */
export class WrongArgument extends Error {}

export type TemplateFunction = (args: readonly Json[], scope: Scope) => Json

export function textAt(args: readonly Json[], index: number): string {
  const value = args[index]
  if (typeof value === 'string') return value
  throw new WrongArgument(`argument ${index + 1} must be a text, not ${kindOf(value)}`)
}

export function numberAt(args: readonly Json[], index: number): number {
  const value = args[index]
  if (typeof value === 'number') return value
  throw new WrongArgument(`argument ${index + 1} must be a whole number, not ${kindOf(value)}`)
}

export function listAt(args: readonly Json[], index: number): readonly Json[] {
  const value = args[index]
  if (Array.isArray(value)) return value
  throw new WrongArgument(`argument ${index + 1} must be a list, not ${kindOf(value)}`)
}

export function booleanAt(args: readonly Json[], index: number): boolean {
  const value = args[index]
  if (typeof value === 'boolean') return value
  throw new WrongArgument(`argument ${index + 1} must be true or false, not ${kindOf(value)}`)
}

export function isRecord(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function kindOf(value: Json | undefined): string {
  if (value === undefined) return 'missing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `'${String(value)}'`
}

/** As texts are made of values: objects and lists as JSON. */
export function textOf(value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  return typeof value === 'number' ? String(value) : JSON.stringify(value)
}

/** Members of objects are found in any case. */
export function memberOf(value: Json | undefined, name: string): Json | undefined {
  if (!isRecord(value)) return undefined
  if (Object.hasOwn(value, name)) return value[name]
  const found = Object.entries(value).find(([known]) => known.toLowerCase() === name.toLowerCase())
  return found?.[1]
}

export function isEqual(a: Json | undefined, b: Json | undefined): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((each, at) => isEqual(each, b[at]))
  if (isRecord(a) && isRecord(b)) {
    const names = Object.keys(a)
    return names.length === Object.keys(b).length && names.every((name) => isEqual(a[name], b[name]))
  }
  return a === b
}
