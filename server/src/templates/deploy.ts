// Deploys a template: each resource after those that it depends on or refers to. What putting means is the port's.

import { type Expanded, expand, type Planned } from './expand.ts'
import { TemplateError } from './expression.ts'
import { memberOf } from './functions/function.ts'
import { type Json, NeedsResource, type Scope, type Target } from './scope.ts'

export type Outcome =
  | { readonly is: 'created' | 'changed' | 'unchanged'; readonly document: Json }
  /** `unknown`: the server has no such type. */
  | { readonly is: 'unknown' | 'failed'; readonly reason: string }

export interface DeployPort {
  put(resource: { readonly id: string; readonly apiVersion: string; readonly body: Json }): Promise<Outcome>
  /** Undefined: there is none. */
  get(id: string, apiVersion: string): Promise<Json | undefined>
}

export interface Step {
  readonly id: string
  readonly type: string
  readonly name: string
  readonly is: Outcome['is'] | 'skipped'
  readonly reason?: string
}

export interface Deployed {
  /** In the order in which they were done. */
  readonly steps: readonly Step[]
  /** Absent when a resource failed that they need. */
  readonly outputs?: Readonly<Record<string, Json>>
  /** Why there are none. */
  readonly outputsReason?: string
}

export interface DeployRequest {
  readonly template: Json
  readonly parameters: Readonly<Record<string, Json>>
  readonly target: Target
  readonly port: DeployPort
}

/** Throws TemplateError for a template that is wrong, before anything is put where that can be seen. */
export async function deployTemplate(request: DeployRequest): Promise<Deployed> {
  return new Deployment(request).run()
}

class Deployment {
  readonly #request: DeployRequest
  readonly #expanded: Expanded
  readonly #steps: Step[] = []
  /** By id and by name, in lower case. */
  readonly #documents = new Map<string, Json>()
  readonly #done = new Map<Planned, Step | undefined>()
  readonly #running = new Set<Planned>()

  constructor(request: DeployRequest, outer?: Scope) {
    this.#request = request
    const { template, parameters, target } = request
    const resource = (name: string): Json => {
      const found = this.#documents.get(name.toLowerCase())
      if (found === undefined) throw new NeedsResource(name)
      return found
    }
    this.#expanded = expand(template, { parameters, target, resource, ...(outer ? { outer } : {}) })
    this.#checkDependencies()
  }

  async run(): Promise<Deployed> {
    for (const resource of this.#expanded.resources) if (!resource.isExisting) await this.#deploy(resource)
    try {
      return { steps: this.#steps, outputs: await this.#withResources(() => this.#expanded.outputs()) }
    } catch (error) {
      if (!(error instanceof TemplateError) || !this.#hasFailed()) throw error
      return { steps: this.#steps, outputsReason: error.message }
    }
  }

  #hasFailed(): boolean {
    return this.#steps.some(({ is }) => is === 'failed' || is === 'unknown' || is === 'skipped')
  }

  #checkDependencies(): void {
    for (const { dependsOn, path } of this.#expanded.resources)
      for (const name of dependsOn)
        if (!this.#expanded.left.has(name.toLowerCase()) && this.#named(name).length === 0)
          throw new TemplateError(`the template has no resource '${name}'`, `${path}/dependsOn`)
  }

  #named(name: string): readonly Planned[] {
    const lower = name.toLowerCase()
    return this.#expanded.resources.filter(({ names }) => names.includes(lower))
  }

  async #deploy(resource: Planned): Promise<Step | undefined> {
    if (this.#done.has(resource)) return this.#done.get(resource)
    if (this.#running.has(resource)) throw new TemplateError(`'${resource.name}' depends on itself`, resource.path)
    this.#running.add(resource)
    const step = await this.#stepOf(resource)
    this.#running.delete(resource)
    this.#done.set(resource, step)
    if (step) this.#steps.push(step)
    return step
  }

  async #stepOf(resource: Planned): Promise<Step | undefined> {
    const { id, type, name } = resource
    for (const each of resource.dependsOn)
      for (const needed of this.#named(each)) {
        const step = needed.isExisting ? undefined : await this.#deploy(needed)
        if (step?.is === 'failed' || step?.is === 'skipped')
          return { id, type, name, is: 'skipped', reason: `${needed.name} is not there` }
      }
    try {
      const outcome = resource.nested ? await this.#nested(resource) : await this.#put(resource)
      if (!outcome) return undefined
      if ('document' in outcome) this.#know(resource, outcome.document)
      return { id, type, name, is: outcome.is, ...('reason' in outcome ? { reason: outcome.reason } : {}) }
    } catch (error) {
      // Nothing has been put yet: the template is wrong as a whole.
      if (!(error instanceof TemplateError) || this.#steps.length === 0) throw error
      return { id, type, name, is: 'failed', reason: error.message }
    }
  }

  async #put({ id, apiVersion, body }: Planned): Promise<Outcome> {
    const whole = await this.#withResources(body)
    return this.#request.port.put({ id, apiVersion, body: whole })
  }

  /** Its steps become ours; undefined: it is done, or failed in one of them. */
  async #nested(resource: Planned): Promise<Outcome | undefined> {
    const { nested, name, id } = resource
    if (!nested) return undefined
    const parameters = await this.#withResources(() => nested.parameters())
    const { target, port } = this.#request
    const own = {
      template: nested.template,
      parameters,
      port,
      target: { ...target, scope: nested.scope, deployment: name },
    }
    const { steps, outputs, outputsReason } = await new Deployment(own, nested.outer).run()
    this.#steps.push(...steps)
    if (!outputs) return { is: 'failed', reason: outputsReason ?? 'it has no outputs' }
    this.#know(resource, { id, name, properties: { provisioningState: 'Succeeded', outputs } })
    return steps.some(({ is }) => is === 'failed') ? { is: 'failed', reason: 'a resource of it failed' } : undefined
  }

  #know({ names }: Planned, document: Json): void {
    for (const name of names) this.#documents.set(name, document)
  }

  /** Deploys or looks up what the value refers to, as long as it needs something. */
  async #withResources<T>(make: () => T): Promise<T> {
    for (;;) {
      try {
        return make()
      } catch (error) {
        if (!(error instanceof NeedsResource)) throw error
        await this.#lookUp(error.resource)
      }
    }
  }

  async #lookUp(name: string): Promise<void> {
    const own = this.#named(name)[0]
    if (own && !own.isExisting) await this.#deploy(own)
    if (this.#documents.has(name.toLowerCase())) return
    const id = own?.id ?? name
    const found = id.startsWith('/') ? await this.#request.port.get(id, own?.apiVersion ?? '2021-04-01') : undefined
    if (found === undefined) throw new TemplateError(`reference: the resource '${name}' is not there`)
    this.#documents.set(name.toLowerCase(), found)
  }
}

/** Whether a resource has all that a template says of it already. Members are found in any case. */
export function holds(there: Json | undefined, wanted: Json): boolean {
  if (Array.isArray(wanted))
    return (
      Array.isArray(there) && there.length === wanted.length && wanted.every((each: Json, at) => holds(there[at], each))
    )
  if (wanted === null) return there === null || there === undefined
  if (typeof wanted !== 'object') return there === wanted
  return Object.entries(wanted).every(([name, value]) => holds(memberOf(there, name), value))
}
