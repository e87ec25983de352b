// The diagnostic settings there are: they decide which records of a resource a workspace keeps, and in which mode. A resource
// without settings sends what it sends; nothing of it is kept out. Opened by main.ts.
// https://learn.microsoft.com/azure/azure-monitor/platform/diagnostic-settings
import type { Workspace, Workspaces } from '../../catalog/types.ts'
import { armPath } from '../../resources/arm-id.ts'
import { type DiagnosticSettingBody, diagnosticSettingKind } from '../../resources/kinds/diagnostic-setting.ts'
import { InvalidResource, type PutOptions, type Resource, type Resources } from '../../resources/resource.ts'
import type { SettingAnswer, SettingQuestion } from '../types.ts'

export interface DiagnosticSettings {
  /** Throws InvalidResource. */
  put(id: string, body: DiagnosticSettingBody, options: PutOptions): Promise<Resource<DiagnosticSettingBody>>
  /** After a setting was deleted. */
  forget(id: string): void
  answer(workspace: Workspace, question: SettingQuestion): SettingAnswer
  /** What is wise to say about a setting that is allowed. */
  warnings(body: DiagnosticSettingBody): readonly string[]
}

export interface DiagnosticSettingsParts {
  readonly resources: Resources
  readonly workspaces: Pick<Workspaces, 'find'>
  /** The categories of the group `audit`, by type of resource. */
  readonly audit: (resourceType: string) => readonly string[] | undefined
}

interface Setting {
  readonly workspaceId: string
  readonly mode: 'diagnostics' | 'resource'
  readonly logs: (category: string) => boolean
  readonly metrics: boolean
}

export async function openDiagnosticSettings(parts: DiagnosticSettingsParts): Promise<DiagnosticSettings> {
  const { resources } = parts
  /** By the resource's id in lower case, then by the setting's. */
  const settings = new Map<string, Map<string, Setting>>()
  const keep = ({ id, body }: Resource<DiagnosticSettingBody>): void => {
    const resource = resourceOf(id)
    const own = settings.get(resource) ?? new Map<string, Setting>()
    settings.set(resource, own.set(id.toLowerCase(), resolve(id, body, parts)))
  }
  for (const resource of await resources.list(diagnosticSettingKind)) keep(resource)
  return {
    async put(id, body, options) {
      resolve(id, body, parts)
      const resource = await resources.put(diagnosticSettingKind, id, body, options)
      keep(resource)
      return resource
    },
    forget(id) {
      const own = settings.get(resourceOf(id))
      own?.delete(id.toLowerCase())
      if (own?.size === 0) settings.delete(resourceOf(id))
    },
    answer(workspace, { resourceId, category, isMetric }) {
      const own = settings.size === 0 ? undefined : settings.get(resourceId.toLowerCase())
      if (!own) return undefined
      const wanting = [...own.values()].filter(
        ({ workspaceId, logs, metrics }) =>
          workspaceId === workspace.id && (isMetric ? metrics : logs(category.toLowerCase())),
      )
      return wanting[0]?.mode ?? 'off'
    },
    warnings(body) {
      const on = enabled(body.properties.logs).map(({ category }) => category?.toLowerCase())
      if (!on.includes('kube-audit') || !on.includes('kube-audit-admin')) return []
      return [
        'kube-audit and kube-audit-admin are both on: every event that changes something is stored twice. kube-audit has them all.',
      ]
    },
  }
}

const resourceOf = (id: string): string => (armPath(id)?.scope ?? id).toLowerCase()

type Entries = DiagnosticSettingBody['properties']['logs']
const enabled = (entries: Entries) => (entries ?? []).filter((entry) => entry.enabled)

function resolve(
  id: string,
  { properties }: DiagnosticSettingBody,
  { workspaces, audit }: DiagnosticSettingsParts,
): Setting {
  const { workspaceId, logs, metrics, logAnalyticsDestinationType } = properties
  const workspace = workspaceId ? workspaces.find(workspaceId) : undefined
  if (workspaceId && !workspace) throw invalid('/workspaceId', `there is no workspace ${workspaceId}`)
  const groups = enabled(logs).flatMap(({ categoryGroup }) => (categoryGroup ? [categoryGroup.toLowerCase()] : []))
  const unknown = groups.find((group) => group !== 'alllogs' && group !== 'audit')
  if (unknown !== undefined)
    throw invalid('/logs', `there is no category group '${unknown}'; there are allLogs and audit`)
  const type = armPath(resourceOf(id))?.type ?? ''
  const audited = groups.includes('audit') ? audit(type) : []
  if (!audited) throw invalid('/logs', `which categories of ${type} the group 'audit' has is not known here; name them`)
  const named = enabled(logs).flatMap(({ category }) => (category ? [category.toLowerCase()] : []))
  const wanted = new Set([...named, ...audited.map((category) => category.toLowerCase())])
  const isAll = groups.includes('alllogs')
  return {
    workspaceId: workspace?.id ?? '',
    mode: logAnalyticsDestinationType?.toLowerCase() === 'dedicated' ? 'resource' : 'diagnostics',
    logs: (category) => isAll || wanted.has(category),
    metrics: enabled(metrics).length > 0,
  }
}

const invalid = (place: string, reason: string) =>
  new InvalidResource('diagnosticSetting', `/properties${place}`, reason)
