// The resources of a template, with their ids, copies and conditions; their bodies are evaluated when their turn comes.
// https://learn.microsoft.com/azure/azure-resource-manager/templates/syntax
import { countOf, evaluate, withCopy } from './evaluate.ts'
import { TemplateError } from './expression.ts'
import { kindOf, memberOf } from './functions/function.ts'
import type { Json, Scope, Target } from './scope.ts'
import { membersOf, namesOf } from './values.ts'

export interface Planned {
  readonly id: string
  /** Namespace and types, those of an extension last: `Microsoft.KeyVault/vaults/providers/diagnosticSettings`. */
  readonly type: string
  /** With those of its parents: `vault/Microsoft.Insights/setting`. */
  readonly name: string
  readonly apiVersion: string
  /** Its names in dependencies, in lower case. */
  readonly names: readonly string[]
  /** Ids, names or symbols. */
  readonly dependsOn: readonly string[]
  /** Not deployed, looked up when something refers to it. */
  readonly isExisting: boolean
  /** As JSON pointer into the template. */
  readonly path: string
  /** What is put. Throws NeedsResource. */
  body(): Json
  /** Of a nested deployment. */
  readonly nested?: Nested
}

export interface Nested {
  readonly template: Json
  readonly scope: string
  /** Values by name. Throws NeedsResource. */
  parameters(): Readonly<Record<string, Json>>
  /** Where its expressions are evaluated, if not in a scope of its own. */
  readonly outer?: Scope
}

export interface Expanded {
  readonly resources: readonly Planned[]
  /** Names of resources that a condition left out, in lower case. */
  readonly left: ReadonlySet<string>
  outputs(): Readonly<Record<string, Json>>
}

export interface ExpandOptions {
  readonly parameters: Readonly<Record<string, Json>>
  readonly target: Target
  readonly resource: Scope['resource']
  readonly outer?: Scope
}

/** Throws TemplateError. */
export function expand(template: Json, { parameters, target, resource, outer }: ExpandOptions): Expanded {
  if (
    memberOf(template, 'functions') !== undefined &&
    Object.keys(membersOf(memberOf(template, 'functions'))).length > 0
  )
    throw new TemplateError('functions of a template are not supported', '/functions')
  const names = namesOf(template, outer ? {} : parameters, () => scope)
  const scope: Scope = {
    ...target,
    copies: [],
    bound: new Map(),
    ...(outer ? { parameter: outer.parameter, variable: outer.variable, copies: outer.copies } : names),
    resource,
  }
  const left = new Set<string>()
  const given = memberOf(template, 'resources') ?? []
  const entries: readonly Given[] = Array.isArray(given)
    ? given.map((body: Json, at) => ({ body, path: `/resources/${at}` }))
    : Object.entries(membersOf(given)).map(([symbol, body]) => ({ body, symbol, path: `/resources/${symbol}` }))
  const resources = entries.flatMap((entry) => copied(entry, scope, left))
  return { resources, left, outputs: () => outputsOf(template, scope) }
}

interface Given {
  readonly body: Json
  readonly path: string
  readonly symbol?: string
  readonly parent?: Planned
}

function copied(given: Given, scope: Scope, left: Set<string>): readonly Planned[] {
  const copy = memberOf(given.body, 'copy')
  if (copy === undefined) return planned(given, scope, left)
  const name = String(memberOf(copy, 'name') ?? given.symbol ?? '')
  const count = countOf(memberOf(copy, 'count') ?? 0, scope, `${given.path}/copy/count`)
  if (count === 0) left.add(name.toLowerCase())
  return Array.from({ length: count }, (_, index) => index).flatMap((index) =>
    planned(given, withCopy(scope, name, index), left, name),
  )
}

function planned(given: Given, scope: Scope, left: Set<string>, copy?: string): readonly Planned[] {
  const { body, path, symbol, parent } = given
  const text = (name: string): string => {
    const value = evaluate(memberOf(body, name) ?? null, scope, `${path}/${name}`)
    if (typeof value === 'string') return value
    throw new TemplateError(`must be a text, not ${kindOf(value)}`, `${path}/${name}`)
  }
  const type = parent ? `${parent.type}/${text('type')}` : text('type')
  const name = parent ? `${parent.name}/${text('name')}` : text('name')
  const container = containerOf(body, scope, path)
  const id = idOf(container, type, name, `${path}/name`)
  const names = [id, name, `${type}/${name}`, symbol, copy].flatMap((each) =>
    each === undefined ? [] : [each.toLowerCase()],
  )
  const isWanted = evaluate(memberOf(body, 'condition') ?? true, scope, `${path}/condition`)
  if (isWanted === false) {
    for (const each of names) left.add(each)
    return []
  }
  const depends = evaluate(memberOf(body, 'dependsOn') ?? [], scope, `${path}/dependsOn`)
  const own: Planned = {
    id,
    type,
    name,
    names,
    path,
    apiVersion: memberOf(body, 'apiVersion') === undefined ? '2021-04-01' : text('apiVersion'),
    dependsOn: [...(Array.isArray(depends) ? depends.map(String) : []), ...(parent ? [parent.id] : [])],
    isExisting: memberOf(body, 'existing') === true,
    body: () => evaluate(envelope(body), scope, path),
    ...nestedOf(type, body, scope, path),
  }
  const children = memberOf(body, 'resources')
  const below = (Array.isArray(children) ? children : []) as readonly Json[]
  return [
    own,
    ...below.flatMap((child, at) => copied({ body: child, path: `${path}/resources/${at}`, parent: own }, scope, left)),
  ]
}

/** What the template says of the resource for the deployment, and not for the resource. */
const ofDeployment: ReadonlySet<string> = new Set([
  ...['type', 'apiVersion', 'name', 'dependsOn', 'condition', 'copy', 'scope', 'resources', 'comments', 'existing'],
  ...['subscriptionId', 'resourceGroup', 'metadata'],
])

function envelope(body: Json): Json {
  return Object.fromEntries(Object.entries(membersOf(body)).filter(([name]) => !ofDeployment.has(name)))
}

/** The group or subscription that it goes to, or the resource that it extends. */
function containerOf(body: Json, scope: Scope, path: string): string {
  const text = (name: string): string | undefined => {
    const value = evaluate(memberOf(body, name) ?? null, scope, `${path}/${name}`)
    return typeof value === 'string' ? value : undefined
  }
  const extended = text('scope')
  if (extended === '/') return ''
  if (extended?.startsWith('/')) return extended
  if (extended !== undefined) return extendedId(extended, scope, path)
  const subscription = text('subscriptionId')
  const group = text('resourceGroup')
  if (subscription === undefined && group === undefined) return scope.scope
  const own = /^\/subscriptions\/([^/]+)/i.exec(scope.scope)?.[1] ?? ''
  return `/subscriptions/${subscription ?? own}${group === undefined ? '' : `/resourceGroups/${group}`}`
}

/** `Microsoft.X/type/name` of the same deployment. */
function extendedId(text: string, { scope }: Scope, path: string): string {
  const [namespace, ...rest] = text.split('/')
  if (rest.length === 0 || rest.length % 2 !== 0)
    throw new TemplateError(`'${text}' is no resource's id`, `${path}/scope`)
  return `${scope}/providers/${namespace}/${rest.join('/')}`
}

function idOf(container: string, type: string, name: string, path: string): string {
  const [namespace, ...types] = type.split('/')
  const names = name.split('/')
  if (types.length !== names.length)
    throw new TemplateError(`the type '${type}' needs ${types.length} names, not '${name}'`, path)
  if (/^microsoft\.resources\/resourcegroups$/i.test(type)) return `${container}/resourceGroups/${name}`
  return `${container}/providers/${namespace}${types.map((each, at) => `/${each}/${names[at]}`).join('')}`
}

function nestedOf(type: string, body: Json, scope: Scope, path: string): { readonly nested?: Nested } {
  if (type.toLowerCase() !== 'microsoft.resources/deployments') return {}
  const properties = memberOf(body, 'properties')
  const template = memberOf(properties, 'template')
  if (template === undefined)
    throw new TemplateError(
      'linked templates are not fetched; put the template inline',
      `${path}/properties/templateLink`,
    )
  const isInner = memberOf(memberOf(properties, 'expressionEvaluationOptions'), 'scope') === 'inner'
  return {
    nested: {
      template,
      scope: containerOf(body, scope, path),
      parameters: () =>
        isInner
          ? parameterValues(evaluate(memberOf(properties, 'parameters') ?? {}, scope, `${path}/properties/parameters`))
          : {},
      ...(isInner ? {} : { outer: scope }),
    },
  }
}

/** `{a: {value: 1}}`, as parameters are given. Throws TemplateError for one that is kept in a vault. */
export function parameterValues(given: Json): Readonly<Record<string, Json>> {
  const entries = Object.entries(membersOf(given)).map(([name, each]) => {
    const value = memberOf(each, 'value')
    if (value !== undefined) return [name, value] as const
    throw new TemplateError("must have a 'value'; references to vaults are not followed", `/parameters/${name}`)
  })
  return Object.fromEntries(entries)
}

function outputsOf(template: Json, scope: Scope): Readonly<Record<string, Json>> {
  const entries = Object.entries(membersOf(memberOf(template, 'outputs'))).flatMap(([name, output]) => {
    const path = `/outputs/${name}`
    if (evaluate(memberOf(output, 'condition') ?? true, scope, path) === false) return []
    const copy = memberOf(output, 'copy')
    const type = memberOf(output, 'type') ?? 'string'
    if (copy === undefined) return [[name, { type, value: evaluate(memberOf(output, 'value') ?? null, scope, path) }]]
    const count = countOf(memberOf(copy, 'count') ?? 0, scope, path)
    const input = memberOf(copy, 'input') ?? null
    const value = Array.from({ length: count }, (_, index) => evaluate(input, withCopy(scope, '', index), path))
    return [[name, { type, value }]]
  })
  return Object.fromEntries(entries)
}
