// `conshelf deploy template.json`: a template, its parameters and where it goes.
import { readFileSync } from 'node:fs'
import { deployTemplate, type Step } from '../../templates/deploy.ts'
import { parameterValues } from '../../templates/expand.ts'
import { TemplateError } from '../../templates/expression.ts'
import { memberOf } from '../../templates/functions/function.ts'
import type { Json } from '../../templates/scope.ts'
import { CommandError, UsageError } from '../command.ts'
import type { Resources } from './server-port.ts'

export interface TemplateCall {
  readonly file: string
  /** Files of parameters, and `name=value`. */
  readonly parameters: readonly string[]
  /** Id of the subscription, and of the group, that a template of theirs goes to. */
  readonly subscription: string
  readonly group: string
  /** Given by the user. */
  readonly scope: string | undefined
  readonly location: string
  readonly now: string
  readonly resources: Resources
}

export interface TemplateResult {
  readonly steps: readonly Step[]
  readonly outputs: Readonly<Record<string, Json>>
  /** Why there are no outputs. */
  readonly problem?: string
}

export async function deployFile(call: TemplateCall): Promise<TemplateResult> {
  const template = readJson(call.file)
  const target = {
    scope: call.scope ?? scopeOf(template, call),
    deployment: (call.file.split('/').at(-1) ?? 'template').replace(/\.json$/i, ''),
    location: call.location,
    tenantId: '00000000-0000-0000-0000-000000000000',
    now: call.now,
  }
  try {
    const parameters = parametersOf(call.parameters, template)
    const done = await deployTemplate({ template, parameters, target, port: call.resources })
    const problem = done.outputsReason === undefined ? {} : { problem: done.outputsReason }
    return { steps: done.steps, outputs: done.outputs ?? {}, ...problem }
  } catch (error) {
    if (error instanceof TemplateError)
      throw new CommandError(`${call.file}${error.message.startsWith('/') ? '' : ': '}${error.message}`)
    throw error
  }
}

/** https://learn.microsoft.com/azure/azure-resource-manager/templates/syntax#template-format */
function scopeOf(template: Json, { subscription, group }: TemplateCall): string {
  const schema = String(memberOf(template, '$schema') ?? '').toLowerCase()
  if (schema.includes('/subscriptiondeploymenttemplate')) return subscription
  if (schema.includes('/tenantdeploymenttemplate')) return ''
  if (schema.includes('/managementgroupdeploymenttemplate'))
    throw new UsageError(
      'a template of a management group needs --scope /providers/Microsoft.Management/managementGroups/NAME',
    )
  if (schema.includes('/deploymenttemplate')) return group
  throw new CommandError('the file has no $schema of a deployment template')
}

function parametersOf(given: readonly string[], template: Json): Readonly<Record<string, Json>> {
  const all = given.map((text) => {
    const named = /^([A-Za-z_]\w*)=(.*)$/s.exec(text)
    if (named) return { [named[1] ?? '']: parameterOf(named[1] ?? '', named[2] ?? '', template) }
    return parameterValues(memberOf(readJson(text), 'parameters') ?? {})
  })
  return Object.assign({}, ...all) as Readonly<Record<string, Json>>
}

/** A text for parameters that are texts, JSON for all others. */
function parameterOf(name: string, text: string, template: Json): Json {
  const type = String(memberOf(memberOf(memberOf(template, 'parameters'), name), 'type') ?? 'string').toLowerCase()
  if (type === 'string' || type === 'securestring') return text
  try {
    return JSON.parse(text) as Json
  } catch {
    throw new UsageError(`the parameter ${name} is of type ${type}; write it as JSON`)
  }
}

function readJson(file: string): Json {
  try {
    return JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, '')) as Json
  } catch (error) {
    throw new CommandError(`${file}: ${error instanceof Error ? error.message : error}`)
  }
}
