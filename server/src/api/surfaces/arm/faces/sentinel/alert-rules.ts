// https://learn.microsoft.com/rest/api/securityinsights/alert-rules, …/actions and …/alert-rule-templates
import { alertRuleActionKind, alertRuleKind } from '../../../../../resources/kinds/sentinel/alert-rule.ts'
import { InvalidResource, type Resource } from '../../../../../resources/resource.ts'
import { checkBodyEtag, deleteMatch } from '../../../../../security/etag.ts'
import type { AlertRule } from '../../../../../security/rules/rules.ts'
import type { ArmDocument, ArmFace, ArmRequest } from '../../face.ts'
import { bodyOf, envelope, namespace, pageOf, parentNotFound, pathsBelow, workspaceAbove } from './parts.ts'

const ruleDocument = ({ id, etag, body: { kind, properties, record } }: AlertRule): ArmDocument => ({
  ...envelope('alertRules', id, etag, { ...properties, lastModifiedUtc: record.modified }),
  kind,
})

const paths = pathsBelow(['displayName', 'severity', 'enabled', 'lastModifiedUtc', 'alertRuleTemplateName'])

export const alertRules: ArmFace = {
  type: `${namespace}/alertRules`,
  get: async (request) => {
    workspaceAbove(request)
    const found = await request.parts.resources.get(alertRuleKind, request.path.id)
    return found && ruleDocument(found)
  },
  list: async (request) => {
    const found = await request.parts.resources.list(alertRuleKind, workspaceAbove(request).resourceId)
    return pageOf(request, found.map(ruleDocument), paths)
  },
  put: async (request, given) => {
    const workspace = workspaceAbove(request)
    const { parts, path, principal, options } = request
    const body = bodyOf('alert rule', given)
    const { rule, isNew } = await parts.security.rules.put(workspace, path.id, body, principal, options)
    return { document: ruleDocument(rule), isNew }
  },
  remove: (request) => {
    workspaceAbove(request)
    return request.parts.security.rules.remove(request.path.id, request.options)
  },
}

type Action = Resource<{ readonly properties: object }>
const actionDocument = ({ id, etag, body }: Action): ArmDocument =>
  envelope('alertRules/actions', id, etag, body.properties)

async function ruleAbove(request: ArmRequest): Promise<string> {
  workspaceAbove(request)
  const found = await request.parts.resources.get(alertRuleKind, request.path.scope)
  if (!found) throw parentNotFound(request)
  return found.id
}

export const alertRuleActions: ArmFace = {
  type: `${namespace}/alertRules/actions`,
  get: async (request) => {
    await ruleAbove(request)
    const found = await request.parts.resources.get(alertRuleActionKind, request.path.id)
    return found && actionDocument(found)
  },
  list: async (request) => {
    const found = await request.parts.resources.list(alertRuleActionKind, await ruleAbove(request))
    return pageOf(request, found.map(actionDocument), pathsBelow(['logicAppResourceId', 'workflowId']))
  },
  put: async (request, given) => {
    await ruleAbove(request)
    const { parts, path, options } = request
    const before = await parts.resources.get(alertRuleActionKind, path.id)
    const { etag, properties } = bodyOf('action', given)
    checkBodyEtag(etag, before)
    const { logicAppResourceId } = properties as { readonly logicAppResourceId?: unknown }
    if (typeof logicAppResourceId !== 'string')
      throw new InvalidResource('action', '/properties/logicAppResourceId', 'is required')
    const workflowId = logicAppResourceId.slice(logicAppResourceId.lastIndexOf('/') + 1)
    const body = { properties: { logicAppResourceId, workflowId } }
    const action = await parts.resources.put(alertRuleActionKind, path.id, body, options)
    return { document: actionDocument(action), isNew: !before }
  },
  remove: async (request) => {
    await ruleAbove(request)
    const { parts, path, options } = request
    if (!(await parts.resources.get(alertRuleActionKind, path.id))) return false
    await parts.resources.delete(path.id, deleteMatch(options))
    return true
  },
}

/** None are shipped. */
export const alertRuleTemplates: ArmFace = {
  type: `${namespace}/alertRuleTemplates`,
  get: async (request) => {
    workspaceAbove(request)
    return undefined
  },
  list: async (request) => {
    workspaceAbove(request)
    return []
  },
}
