// Analytics rules as resources: what may be kept. https://learn.microsoft.com/rest/api/securityinsights/alert-rules/create-or-update
import { type Column, lineColumn } from '@conshelf/kql'
import { owner, type Principal } from '../../access/principal.ts'
import type { Workspace } from '../../catalog/types.ts'
import {
  type AlertRuleBody,
  alertRuleActionKind,
  alertRuleKind,
  ruleKinds,
} from '../../resources/kinds/sentinel/alert-rule.ts'
import { severities } from '../../resources/kinds/sentinel/parts.ts'
import { InvalidResource, type PutOptions, type Resource } from '../../resources/resource.ts'
import { checkBodyEtag, deleteMatch } from '../etag.ts'
import type { GivenBody } from '../incidents/incidents.ts'
import type { SecurityParts } from '../parts.ts'
import type { Properties } from './fields.ts'
import { columnsIn, type QueryRule, queryRule, ruleFields } from './rule.ts'

export type AlertRule = Resource<AlertRuleBody>

export interface AlertRules {
  put(
    workspace: Workspace,
    id: string,
    body: GivenBody & { readonly kind?: unknown },
    principal: Principal,
    options: PutOptions,
  ): Promise<{ readonly rule: AlertRule; readonly isNew: boolean }>
  /** With its actions. False: there is none. */
  remove(id: string, options: PutOptions): Promise<boolean>
}

/** https://learn.microsoft.com/azure/sentinel/sentinel-service-limits */
const mostEnabled = { Scheduled: 512, NRT: 50 } as const

const products = [
  ...['Microsoft Cloud App Security', 'Azure Security Center', 'Azure Advanced Threat Protection'],
  ...['Azure Active Directory Identity Protection', 'Azure Security Center for IoT'],
  ...['Office 365 Advanced Threat Protection', 'Microsoft Defender Advanced Threat Protection'],
]

export function openAlertRules(parts: SecurityParts): AlertRules {
  return {
    async put(workspace, id, { etag, kind: given, properties }, principal, options) {
      const before = await parts.resources.get(alertRuleKind, id)
      checkBodyEtag(etag, before)
      const kind = ruleKinds.find((each) => each === given)
      if (!kind) throw new InvalidResource('alert rule', '/kind', `'${given}' is none of ${ruleKinds.join(', ')}`)
      if (before && before.body.kind !== kind)
        throw new InvalidResource('alert rule', '/kind', `is ${before.body.kind} and cannot be changed`)
      const { lastModifiedUtc: _shown, ...own } = properties as Properties
      if (kind === 'Scheduled' || kind === 'NRT') {
        const rule = queryRule(kind, own)
        checkColumns(rule, columnsOf(parts, workspace, rule, principal))
        if (rule.isEnabled) await checkCount(parts, workspace, kind, id)
      } else checkOther(kind, own)
      const body: AlertRuleBody = { kind, properties: own, record: { modified: parts.nextInstant() } }
      return { rule: await parts.resources.put(alertRuleKind, id, body, options), isNew: !before }
    },
    async remove(id, options) {
      const found = await parts.resources.get(alertRuleKind, id)
      if (!found) return false
      const actions = await parts.resources.list(alertRuleActionKind, found.id)
      const gone = actions.map((action) => ({ do: 'delete' as const, id: action.id }))
      await parts.resources.delete(id, deleteMatch(options), gone)
      return true
    },
  }
}

/** Columns of the query's result. Throws InvalidResource for one that does not bind. */
function columnsOf(
  { queries }: SecurityParts,
  workspace: Workspace,
  { query }: QueryRule,
  principal: Principal = owner,
): readonly Column[] {
  const result = queries.compile({ text: query, workspaces: [workspace], principal, subset: 'detection' })
  if (result.ok) return result.compiled.results[0]?.columns ?? []
  const [first] = result.diagnostics
  const { line, column } = lineColumn(query, first?.start ?? 0)
  return ruleFields.fail('query', `line ${line}, column ${column}: ${first?.message ?? 'it cannot be compiled'}`)
}

function checkColumns(rule: QueryRule, columns: readonly Column[]): void {
  const names = new Set(columns.map(({ name }) => name))
  const check = (path: string, column: string | undefined): void => {
    if (column !== undefined && !names.has(column))
      ruleFields.fail(path, `the result of the query has no column '${column}'; it has ${[...names].join(', ')}`)
  }
  rule.mappings.forEach(({ fields }, at) => {
    for (const [i, { column }] of fields.entries()) check(`entityMappings/${at}/fieldMappings/${i}/columnName`, column)
  })
  for (const [name, column] of Object.entries(rule.customDetails)) check(`customDetails/${name}`, column)
  const path = (name: string) => `alertDetailsOverride/${name}`
  for (const column of columnsIn(rule.nameFormat ?? '')) check(path('alertDisplayNameFormat'), column)
  for (const column of columnsIn(rule.descriptionFormat ?? '')) check(path('alertDescriptionFormat'), column)
  check(path('alertSeverityColumnName'), rule.severityColumn)
  check(path('alertTacticsColumnName'), rule.tacticsColumn)
}

async function checkCount(
  { resources }: SecurityParts,
  { resourceId }: Workspace,
  kind: keyof typeof mostEnabled,
  id: string,
): Promise<void> {
  const others = (await resources.list(alertRuleKind, resourceId)).filter(
    ({ id: other, body }) =>
      body.kind === kind &&
      (body.properties as Properties).enabled !== false &&
      other.toLowerCase() !== id.toLowerCase(),
  )
  if (others.length >= mostEnabled[kind])
    ruleFields.fail('enabled', `a workspace has at most ${mostEnabled[kind]} enabled rules of the kind ${kind}`)
}

function checkOther(kind: AlertRuleBody['kind'], properties: Properties): void {
  const f = ruleFields
  f.needed('enabled', f.flag(properties, 'enabled'))
  if (kind !== 'MicrosoftSecurityIncidentCreation') {
    f.needed('alertRuleTemplateName', f.text(properties, 'alertRuleTemplateName'))
    return
  }
  f.needed('displayName', f.text(properties, 'displayName', 256))
  f.needed('productFilter', f.oneOf(properties, 'productFilter', products))
  for (const [at, severity] of f.list(properties, 'severitiesFilter').entries())
    if (!severities.some((known) => known === severity))
      f.fail(`severitiesFilter/${at}`, `'${severity}' is no severity`)
  f.list(properties, 'displayNamesFilter')
  f.list(properties, 'displayNamesExcludeFilter')
}
