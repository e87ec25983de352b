// Parameters and variables of a template, each evaluated when it is first asked for.
import { copiesOf, evaluate } from './evaluate.ts'
import { TemplateError } from './expression.ts'
import { isEqual, isRecord, kindOf, memberOf } from './functions/function.ts'
import type { Json, Scope } from './scope.ts'

type Names = Pick<Scope, 'parameter' | 'variable'>

/** `given`: values by name. Throws TemplateError for one that the template does not have, or that it lacks. */
export function namesOf(template: Json, given: Readonly<Record<string, Json>>, scope: () => Scope): Names {
  const declared = membersOf(memberOf(template, 'parameters'))
  const variables = membersOf(memberOf(template, 'variables'))
  checkGiven(declared, given)
  const parameter = once((name) => {
    const declaration = memberOf(declared, name)
    if (declaration === undefined) return undefined
    const own = memberOf(given, name)
    const value =
      own ?? evaluate(memberOf(declaration, 'defaultValue') ?? null, scope(), `/parameters/${name}/defaultValue`)
    checkValue(name, declaration, value)
    return value
  })
  const variable = once((name) => {
    const own = name.toLowerCase() === 'copy' ? undefined : memberOf(variables, name)
    if (own !== undefined) return evaluate(own, scope(), `/variables/${name}`)
    const copies = Array.isArray(variables.copy) ? (variables.copy as readonly Json[]) : []
    const copy = copies.filter((each) => String(memberOf(each, 'name')).toLowerCase() === name.toLowerCase())
    return copy.length === 0 ? undefined : Object.values(copiesOf(copy, scope(), '/variables/copy'))[0]
  })
  return { parameter, variable }
}

function once(find: (name: string) => Json | undefined): (name: string) => Json | undefined {
  const found = new Map<string, Json | undefined>()
  const running = new Set<string>()
  return (name) => {
    const key = name.toLowerCase()
    if (found.has(key)) return found.get(key)
    if (running.has(key)) throw new TemplateError(`'${name}' is defined by itself`)
    running.add(key)
    try {
      const value = find(name)
      found.set(key, value)
      return value
    } finally {
      running.delete(key)
    }
  }
}

function checkGiven(declared: Readonly<Record<string, Json>>, given: Readonly<Record<string, Json>>): void {
  const unknown = Object.keys(given).filter((name) => memberOf(declared, name) === undefined)
  if (unknown.length > 0) throw new TemplateError(`the template has no parameters ${unknown.join(', ')}`, '/parameters')
  const missing = Object.entries(declared).filter(
    ([name, declaration]) =>
      memberOf(given, name) === undefined &&
      memberOf(declaration, 'defaultValue') === undefined &&
      memberOf(declaration, 'nullable') !== true,
  )
  if (missing.length > 0)
    throw new TemplateError(`the parameters ${missing.map(([name]) => name).join(', ')} need values`, '/parameters')
}

const kinds: Readonly<Record<string, (value: Json) => boolean>> = {
  string: (value) => typeof value === 'string',
  securestring: (value) => typeof value === 'string',
  int: (value) => typeof value === 'number' && Number.isInteger(value),
  bool: (value) => typeof value === 'boolean',
  array: (value) => Array.isArray(value),
  object: isRecord,
  secureobject: isRecord,
}

function checkValue(name: string, declaration: Json, value: Json): void {
  const type = String(memberOf(declaration, 'type') ?? '').toLowerCase()
  const fits = Object.hasOwn(kinds, type) ? kinds[type] : undefined
  const path = `/parameters/${name}`
  if (value === null && memberOf(declaration, 'nullable') === true) return
  if (fits && !fits(value)) throw new TemplateError(`must be of type ${type}, not ${kindOf(value)}`, path)
  const allowed = memberOf(declaration, 'allowedValues')
  if (Array.isArray(allowed) && !allowed.some((each: Json) => isEqual(each, value)))
    throw new TemplateError(`${kindOf(value)} is none of ${allowed.map(kindOf).join(', ')}`, path)
}

export function membersOf(value: Json | undefined): Readonly<Record<string, Json>> {
  return isRecord(value) ? value : {}
}
