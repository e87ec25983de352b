// Deployments of templates: their resources are put as if each had been sent. https://learn.microsoft.com/rest/api/resources/deployments
import { ServerError } from '../../../../core/errors.ts'
import { guidOf } from '../../../../core/ids.ts'
import { armPath } from '../../../../resources/arm-id.ts'
import { type DeploymentBody, deploymentKind } from '../../../../resources/kinds/deployment.ts'
import { InvalidResource } from '../../../../resources/resource.ts'
import { type Deployed, type DeployPort, deployTemplate, holds, type Outcome } from '../../../../templates/deploy.ts'
import { parameterValues } from '../../../../templates/expand.ts'
import { TemplateError } from '../../../../templates/expression.ts'
import { memberOf } from '../../../../templates/functions/function.ts'
import type { Json, Target } from '../../../../templates/scope.ts'
import { armErrorOf } from '../errors.ts'
import { type ArmDocument, type ArmFace, type ArmRequest, storedFace } from '../face.ts'
import { authorizeCall } from '../rights.ts'
import { faceOf, typeName } from './index.ts'

const type = 'Microsoft.Resources/deployments'

const stored = storedFace(type, deploymentKind, {
  properties: ({ body: { properties } }) => {
    const { steps: _steps, ...shown } = properties
    return shown
  },
})

interface Asked {
  readonly template: Json
  readonly parameters: Readonly<Record<string, Json>>
  readonly given: Readonly<Record<string, unknown>>
}

function askedIn(body: unknown): Asked {
  const properties = (body as { readonly properties?: Record<string, unknown> } | null | undefined)?.properties
  const { template, parameters = {}, mode = 'Incremental', templateLink, parametersLink } = properties ?? {}
  const refuse = (name: string, reason: string) => new InvalidResource('deployment', `/properties/${name}`, reason)
  if (templateLink !== undefined || parametersLink !== undefined)
    throw refuse(
      templateLink === undefined ? 'parametersLink' : 'templateLink',
      'links are not followed; send it inline',
    )
  if (typeof template !== 'object' || template === null) throw refuse('template', 'must be a template')
  if (String(mode).toLowerCase() !== 'incremental')
    throw refuse(
      'mode',
      'a complete deployment would delete what the template does not have; only Incremental is taken',
    )
  return { template: template as Json, parameters: parameterValues(parameters as Json), given: properties ?? {} }
}

function targetOf({ path, parts }: ArmRequest): Target {
  const subscription = /^\/subscriptions\/([^/]+)/i.exec(path.scope)?.[1] ?? ''
  return {
    scope: path.scope,
    deployment: path.name,
    location: 'local',
    tenantId: guidOf(subscription),
    now: new Date(parts.clock.now()).toISOString(),
  }
}

async function deployed(request: ArmRequest, body: unknown, port: DeployPort): Promise<Deployed> {
  try {
    const { template, parameters } = askedIn(body)
    return await deployTemplate({ template, parameters, target: targetOf(request), port })
  } catch (error) {
    if (error instanceof TemplateError)
      throw new ServerError('invalidTemplate', { reason: error.message }, { cause: error })
    throw error
  }
}

export const deployments: ArmFace = {
  ...stored,
  put: async (request, body) => {
    const { given } = askedIn(body)
    const done = await deployed(request, body, portOf(request, putting))
    const { template, parameters, ...asked } = given
    const failed = done.steps.filter(({ is }) => is === 'failed' || is === 'skipped')
    const properties: DeploymentBody['properties'] & Readonly<Record<string, unknown>> = {
      ...asked,
      parameters: withoutSecrets(parameters, template),
      mode: 'Incremental',
      provisioningState: failed.length > 0 || done.outputs === undefined ? 'Failed' : 'Succeeded',
      timestamp: new Date(request.parts.clock.now()).toISOString(),
      correlationId: request.caller?.correlationId ?? '',
      outputs: done.outputs ?? {},
      outputResources: done.steps.filter(({ is }) => is !== 'failed' && is !== 'skipped').map(({ id }) => ({ id })),
      steps: [...done.steps],
      ...(failed.length === 0 ? {} : { error: errorOf(failed) }),
    }
    for (const { name, type, is } of done.steps)
      if (is === 'unknown') request.warn(`${type} '${name}' is of a type that is not kept here`)
    const { location, tags } = body as Pick<DeploymentBody, 'location' | 'tags'>
    const own = { ...(location ? { location } : {}), ...(tags ? { tags } : {}), properties }
    const written = await stored.put?.(request, own)
    if (!written) throw new Error('a deployment cannot be put')
    return written
  },
  readingActions: ['validate'],
  actions: {
    validate: async (request) => {
      const done = await deployed(request, request.body, portOf(request, checking))
      return {
        id: request.path.id,
        name: request.path.name,
        type,
        properties: {
          mode: 'Incremental',
          provisioningState: 'Succeeded',
          validatedResources: done.steps.map(({ id }) => ({ id })),
        },
      }
    },
    whatIf: async () => {
      throw new ServerError('armInvalid', {
        reason: 'whatIf is not supported; `conshelf deploy --check` says what would change',
      })
    },
  },
}

/** Values of secure parameters are not kept. */
function withoutSecrets(given: unknown, template: unknown): unknown {
  const declared = memberOf(template as Json, 'parameters')
  const isSecret = (name: string) => /^secure/i.test(String(memberOf(memberOf(declared, name), 'type')))
  return Object.fromEntries(
    Object.entries((given ?? {}) as Record<string, unknown>).map(([name, each]) => [name, isSecret(name) ? {} : each]),
  )
}

function errorOf(failed: Deployed['steps']) {
  return {
    code: 'DeploymentFailed',
    message: `At least one resource deployment operation failed: ${failed.map(({ name }) => name).join(', ')}.`,
    details: failed.map(({ id, reason = '' }) => ({ code: 'ResourceDeploymentFailure', target: id, message: reason })),
  }
}

type Put = (request: ArmRequest, body: Json, before: ArmDocument | undefined) => Promise<ArmDocument>

function portOf(request: ArmRequest, write: Put): DeployPort {
  const callOf = (id: string, apiVersion: string): ArmRequest | undefined => {
    const path = armPath(id)
    const { by } = request.options
    return path?.is === 'resource'
      ? { ...request, path, query: { 'api-version': apiVersion }, options: { by }, answer: () => {} }
      : undefined
  }
  return {
    get: async (id, apiVersion) => {
      const call = callOf(id, apiVersion)
      if (!call) return undefined
      const face = faceOf(request.parts, call.path)
      authorizeCall(face, call, 'GET')
      return (await face.get(call)) as unknown as Json | undefined
    },
    put: async ({ id, apiVersion, body }) => {
      const call = callOf(id, apiVersion)
      if (!call) return { is: 'failed', reason: `'${id}' is no id of a resource` }
      return outcomeOf(call, body, write)
    },
  }
}

async function outcomeOf(call: ArmRequest, body: Json, write: Put): Promise<Outcome> {
  try {
    const face = faceOf(call.parts, call.path)
    authorizeCall(face, call, 'PUT')
    const before = await face.get(call)
    if (before && holds(before as unknown as Json, body))
      return { is: 'unchanged', document: before as unknown as Json }
    const document = (await write(call, body, before)) as unknown as Json
    return { is: before ? 'changed' : 'created', document }
  } catch (error) {
    const known = armErrorOf(error)
    if (known.errorName === 'internal') throw error
    return { is: known.errorName === 'armTypeNotFound' ? 'unknown' : 'failed', reason: known.message }
  }
}

/** Nothing is written: what a template refers to is as the template has it. */
const checking: Put = async ({ path }, body) =>
  ({ ...(body as object), id: path.id, name: path.name, type: path.type }) as ArmDocument

const putting: Put = async (call, body, before) => {
  const { parts, path, caller } = call
  const at = parts.clock.now()
  const face = faceOf(parts, path)
  const record = async (status: number, more: object) => {
    const resourceType = typeName(parts, path)
    if (caller)
      await parts.activity.record({
        ...caller,
        ...more,
        resourceId: path.id,
        resourceType,
        verb: 'write',
        status,
        at,
        ...(before ? { before } : {}),
      })
  }
  try {
    if (!face.put) throw new ServerError('armMethodNotAllowed', { type: face.type, method: 'PUT' })
    const { document, isNew } = await face.put(call, body)
    await record(isNew ? 201 : 200, { after: document })
    return document
  } catch (error) {
    const { entry, message } = armErrorOf(error)
    await record(entry.status, { error: { code: entry.code, message } })
    throw error
  }
}

/** What became of each resource of a deployment. */
export const deploymentOperations: ArmFace = {
  type: `${type}/operations`,
  get: async (request) => (await operationsOf(request)).find(({ name }) => name === request.path.name),
  list: operationsOf,
}

async function operationsOf({ parts, path }: ArmRequest): Promise<readonly ArmDocument[]> {
  const found = await parts.resources.get(deploymentKind, path.scope)
  return (found?.body.properties.steps ?? []).map(({ id, type: resourceType, name, is, reason }, at) => ({
    id: `${path.scope}/operations/${at + 1}`,
    name: String(at + 1),
    type: `${type}/operations`,
    operationId: String(at + 1),
    properties: {
      provisioningOperation: 'Create',
      provisioningState: is === 'failed' || is === 'skipped' ? 'Failed' : 'Succeeded',
      statusMessage: { status: is, ...(reason === undefined ? {} : { error: { message: reason } }) },
      targetResource: { id, resourceType, resourceName: name },
    },
  }))
}
