// Types of Sentinel whose documents are kept as they come, once their fields are checked.
// https://learn.microsoft.com/rest/api/securityinsights/sentinel-onboarding-states, …/product-settings, …/data-connectors,
// …/metadata and …/automation-rules
import {
  automationRuleKind,
  dataConnectorKind,
  metadataKind,
  onboardingStateKind,
  settingKind,
} from '../../../../../resources/kinds/sentinel/alert-rule.ts'
import { InvalidResource, type Resource } from '../../../../../resources/resource.ts'
import { checkAutomationRule } from '../../../../../security/automation/check.ts'
import { checkBodyEtag, deleteMatch } from '../../../../../security/etag.ts'
import type { ArmDocument, ArmFace } from '../../face.ts'
import { bodyOf, envelope, namespace, workspaceAbove } from './parts.ts'

type Kind = typeof metadataKind
type Stored = Resource<{ readonly kind?: string; readonly properties: object }>
type Given = { readonly kind?: unknown; readonly properties: Readonly<Record<string, unknown>> }

interface Options {
  /** Throws InvalidResource. */
  readonly check?: (given: Given, name: string) => void
  /** Properties that the server adds. */
  readonly shown?: (stored: Stored) => object
  readonly createdStatus?: 200
}

function documentFace(type: string, kind: Kind, { check, shown, createdStatus }: Options = {}): ArmFace {
  const documentOf = (stored: Stored): ArmDocument => ({
    ...envelope(type, stored.id, stored.etag, { ...stored.body.properties, ...shown?.(stored) }),
    ...(stored.body.kind === undefined ? {} : { kind: stored.body.kind }),
  })
  return {
    type: `${namespace}/${type}`,
    ...(createdStatus ? { createdStatus } : {}),
    get: async (request) => {
      workspaceAbove(request)
      const found = await request.parts.resources.get(kind, request.path.id)
      return found && documentOf(found)
    },
    list: async (request) => {
      const found = await request.parts.resources.list(kind, workspaceAbove(request).resourceId)
      return found.map(documentOf)
    },
    put: async (request, given) => {
      workspaceAbove(request)
      const { parts, path, options } = request
      const before = await parts.resources.get(kind, path.id)
      // The client sends a setting without any properties.
      const whole = given !== null && typeof given === 'object' ? { properties: {}, ...given } : given
      const body = bodyOf(type, whole) as Given & { readonly etag?: unknown }
      checkBodyEtag(body.etag, before)
      check?.(body, path.name)
      const own = { properties: body.properties, ...(typeof body.kind === 'string' ? { kind: body.kind } : {}) }
      return { document: documentOf(await parts.resources.put(kind, path.id, own, options)), isNew: !before }
    },
    remove: async (request) => {
      workspaceAbove(request)
      const { parts, path, options } = request
      if (!(await parts.resources.get(kind, path.id))) return false
      await parts.resources.delete(path.id, deleteMatch(options))
      return true
    },
  }
}

const needsKind =
  (type: string, kinds?: readonly string[]) =>
  ({ kind }: Given): void => {
    if (typeof kind !== 'string' || (kinds && !kinds.includes(kind)))
      throw new InvalidResource(type, '/kind', kinds ? `must be one of ${kinds.join(', ')}` : 'is required')
  }

function checkMetadata({ properties }: Given): void {
  for (const name of ['parentId', 'kind'])
    if (typeof properties[name] !== 'string')
      throw new InvalidResource('metadata', `/properties/${name}`, 'is required')
}

function checkOnboarding(_given: Given, name: string): void {
  if (name.toLowerCase() !== 'default') throw new InvalidResource('onboarding state', '', "its name must be 'default'")
}

const settingKinds = ['Anomalies', 'EyesOn', 'EntityAnalytics', 'Ueba']

const changed = ({ changed: { at, by } }: Stored): object => ({
  lastModifiedTimeUtc: new Date(at).toISOString(),
  lastModifiedBy: { name: by, objectId: null, email: null, userPrincipalName: null },
})

export const documentFaces: readonly ArmFace[] = [
  documentFace('onboardingStates', onboardingStateKind, { check: checkOnboarding }),
  documentFace('settings', settingKind, { check: needsKind('setting', settingKinds), createdStatus: 200 }),
  documentFace('dataConnectors', dataConnectorKind, { check: needsKind('data connector') }),
  documentFace('metadata', metadataKind, { check: checkMetadata }),
  documentFace('automationRules', automationRuleKind, {
    check: ({ properties }) => checkAutomationRule(properties),
    shown: changed,
  }),
]
