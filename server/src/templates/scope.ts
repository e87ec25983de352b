// What expressions are evaluated in: parameters, variables, copies that run, and where the deployment goes.

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

export interface Target {
  /** Id of the group, subscription or management group that is deployed to. */
  readonly scope: string
  /** Name of the deployment. */
  readonly deployment: string
  /** Where the group is. */
  readonly location: string
  readonly tenantId: string
  /** ISO 8601. */
  readonly now: string
}

export interface Scope extends Target {
  parameter(name: string): Json | undefined
  variable(name: string): Json | undefined
  /** Index of each copy that runs, by its name; the innermost is last. */
  readonly copies: readonly { readonly name: string; readonly index: number }[]
  /** What lambdas have bound. */
  readonly bound: ReadonlyMap<string, Json>
  /** A resource as it is now, by id or by its name in the template. Throws NeedsResource for one that has to be looked up. */
  resource(name: string): Json
}

/** The resource must be known before the expression has a value. */
export class NeedsResource extends Error {
  readonly resource: string
  constructor(resource: string) {
    super(`'${resource}' is not known yet`)
    this.name = 'NeedsResource'
    this.resource = resource
  }
}
