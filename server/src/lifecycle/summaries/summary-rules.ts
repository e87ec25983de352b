// Summary rules: each minute the bins that are due, each of them once, and on demand bins of the past.

import type { Principal } from '../../access/principal.ts'
import type { Workspace, Workspaces } from '../../catalog/types.ts'
import { type Clock, systemClock } from '../../core/clock.ts'
import type { Log } from '../../core/log.ts'
import { type Schedule, startSchedule } from '../../core/schedule.ts'
import { type SummaryRuleBody, summaryRuleKind } from '../../resources/kinds/summary-rule.ts'
import { InvalidResource, type PutOptions, type Resource, type Resources } from '../../resources/resource.ts'
import type { Store } from '../../store/store.ts'
import { advanced, binsWithin, type DueBin, dueBin, firstBin, type Progress, waitAfter } from './bins.ts'
import { openProgress, type ProgressStore } from './progress.ts'
import { type BinParts, prepareDestination, ruleName, runBin } from './run-bin.ts'

export interface SummaryRuleParts extends BinParts {
  readonly workspaces: Pick<Workspaces, 'list'>
  readonly resources: Resources
  readonly store: Pick<Store, 'value' | 'apply'>
  readonly clock: Clock
  readonly log: Log
}

export interface SummaryRules extends Schedule {
  /** Throws InvalidResource. */
  put(
    workspace: Workspace,
    id: string,
    body: SummaryRuleBody,
    caller: Principal,
    o: PutOptions,
  ): Promise<Resource<SummaryRuleBody>>
  remove(id: string): Promise<boolean>
  /** From the next whole hour on, or from the rule's binStartTime if that is still to come. Undefined: there is none. */
  setActive(id: string, isActive: boolean, by: string): Promise<Resource<SummaryRuleBody> | undefined>
  /** Does the bins that touch the range (again); they replace what is there of them. Throws InvalidResource. */
  backfill(id: string, from: number, to: number): Promise<{ readonly from: number; readonly to: number } | undefined>
  progress(id: string): Promise<Progress | undefined>
}

const mostActive = 30
const mostSkipped = 8

type Parts = SummaryRuleParts & { readonly progress: ProgressStore }

export function startSummaryRules(given: SummaryRuleParts): SummaryRules {
  const parts: Parts = { ...given, progress: openProgress(given.store) }
  const { resources, workspaces, clock, log } = parts
  const work = async (signal: AbortSignal) => {
    for (const workspace of workspaces.list())
      for (const rule of await resources.list(summaryRuleKind, workspace.resourceId))
        if (rule.body.properties.isActive !== false) await catchUp(parts, workspace, rule, signal)
  }
  const schedule = startSchedule({ name: 'a round of summary rules', everyMillis: 60_000, clock, log, work })
  return {
    ...schedule,
    put: (workspace, id, body, caller, options) => put(parts, workspace, id, body, caller, options),
    async remove(id) {
      if (!(await resources.get(summaryRuleKind, id))) return false
      await resources.delete(id, undefined, [parts.progress.forgotten(id)])
      return true
    },
    async setActive(id, isActive, by) {
      const rule = await resources.get(summaryRuleKind, id)
      if (!rule) return undefined
      const isRestart = isActive && rule.body.properties.isActive === false
      const also = isRestart ? [await restarted(parts, rule)] : []
      const properties = { ...rule.body.properties, isActive, statusCode: isActive ? null : 'UserAction' }
      return resources.put(summaryRuleKind, id, { ...rule.body, properties }, { by, also })
    },
    async backfill(id, from, to) {
      const rule = await resources.get(summaryRuleKind, id)
      if (!rule) return undefined
      let range: { from: number; to: number } | undefined
      await parts.progress.update(id, (progress) => {
        range = binsWithin(rule.body, progress, from, to)
        return { ...progress, again: [...progress.again, range] }
      })
      void schedule.run()
      return range
    },
    progress: (id) => parts.progress.read(id),
  }
}

async function put(
  parts: Parts,
  workspace: Workspace,
  id: string,
  body: SummaryRuleBody,
  caller: Principal,
  options: PutOptions,
): Promise<Resource<SummaryRuleBody>> {
  const { resources, queries, clock } = parts
  const before = await resources.get(summaryRuleKind, id)
  const isActive = before?.body.properties.isActive ?? true
  const kept: SummaryRuleBody = { ...body, properties: { ruleType: 'User', ...body.properties, isActive } }
  resources.change(summaryRuleKind, id, kept, options.by)
  if (!before) await refuseTooMany(parts, workspace)
  const { query } = kept.properties.ruleDefinition
  const result = queries.compile({ text: query, principal: caller, workspaces: [workspace], subset: 'summary-rule' })
  if (!result.ok) throw invalid('query', result.diagnostics.map(({ message }) => message).join('; '))
  const moved = kept.properties.ruleDefinition.binStartTime ?? undefined
  const isMoved = moved !== undefined && moved !== before?.body.properties.ruleDefinition.binStartTime
  const isResized = kept.properties.ruleDefinition.binSize !== before?.body.properties.ruleDefinition.binSize
  const start = !before || isMoved || isResized ? firstBin(kept, clock.now()) : undefined
  await prepareDestination(parts, workspace, kept, result.compiled.results[0]?.columns ?? [], options.by)
  const also = start === undefined ? [] : [parts.progress.started(id, start)]
  return resources.put(summaryRuleKind, id, kept, { ...options, also })
}

async function refuseTooMany({ resources }: SummaryRuleParts, workspace: Workspace): Promise<void> {
  const all = await resources.list(summaryRuleKind, workspace.resourceId)
  if (all.filter(({ body }) => body.properties.isActive !== false).length < mostActive) return
  throw new InvalidResource('summary rule', '', `the workspace has ${mostActive} active rules: stop or delete one`)
}

async function restarted(parts: Parts, { id, body }: Resource<SummaryRuleBody>) {
  const { binStartTime: _past, ...ruleDefinition } = body.properties.ruleDefinition
  const now = parts.clock.now()
  const said = Date.parse(body.properties.ruleDefinition.binStartTime ?? '')
  const again = (await parts.progress.read(id))?.again ?? []
  const next = said > now ? said : firstBin({ ...body, properties: { ...body.properties, ruleDefinition } }, now)
  return parts.progress.started(id, next, again)
}

/** All bins that are due, oldest first, until one fails. */
async function catchUp(
  parts: Parts,
  workspace: Workspace,
  rule: Resource<SummaryRuleBody>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const progress = await parts.progress.read(rule.id)
    const due = progress && dueBin(rule.body, progress, parts.clock.now())
    if (!due) return
    await parts.progress.update(rule.id, (before) => ({ ...before, begun: due.start }))
    if (!(await attempt(parts, workspace, rule, due, signal))) return
  }
}

/** False: no further bin of the rule in this round. */
async function attempt(
  parts: Parts,
  workspace: Workspace,
  rule: Resource<SummaryRuleBody>,
  due: DueBin,
  signal: AbortSignal,
): Promise<boolean> {
  const began = systemClock.now()
  const report = (status: string, rows: number, message: string) =>
    record(parts, workspace, rule, due, { status, rows, message, millis: systemClock.now() - began })
  try {
    const rows = await runBin(parts, workspace, rule, due)
    await parts.progress.update(rule.id, (before) => advanced(rule.body, before, due.start, true))
    await report('Succeeded', rows, '')
    return true
  } catch (error) {
    if (signal.aborted) return false
    const message = error instanceof Error ? error.message : String(error)
    parts.log.warn({ err: error, rule: rule.id }, 'a bin of a summary rule failed')
    await failed(parts, rule, due)
    await report('Failed', 0, message)
    return false
  }
}

async function failed(parts: Parts, rule: Resource<SummaryRuleBody>, { start }: DueBin): Promise<void> {
  const now = parts.clock.now()
  const after = await parts.progress.update(rule.id, (before) => {
    const wait = waitAfter(before.failures + 1)
    if (wait === undefined) return advanced(rule.body, before, start, false)
    return { ...before, failures: before.failures + 1, notBefore: now + wait }
  })
  if (!after || after.skipped < mostSkipped) return
  const properties = { ...rule.body.properties, isActive: false, statusCode: 'DataPlaneError' }
  await parts.resources.put(summaryRuleKind, rule.id, { ...rule.body, properties }, { by: 'summary rules' })
}

/** https://learn.microsoft.com/azure/azure-monitor/reference/tables/lasummarylogs */
async function record(
  { ingest, log }: SummaryRuleParts,
  workspace: Workspace,
  rule: Resource<SummaryRuleBody>,
  { start }: DueBin,
  outcome: { readonly status: string; readonly rows: number; readonly message: string; readonly millis: number },
): Promise<void> {
  const fields = {
    RuleName: ruleName(rule),
    RuleLastModifiedTime: new Date(rule.changed.at).toISOString(),
    BinStartTime: new Date(start).toISOString(),
    BinSize: rule.body.properties.ruleDefinition.binSize,
    Status: outcome.status,
    QueryDurationMs: Math.round(outcome.millis),
    ResultsRecordCount: outcome.rows,
    Message: outcome.message,
  }
  await ingest
    .append(workspace, [{ table: 'LASummaryLogs', resourceId: workspace.resourceId, fields }])
    .catch((error: unknown) => log.warn({ err: error }, 'the record of a summary could not be written'))
}

const invalid = (property: string, reason: string) =>
  new InvalidResource('summary rule', `/properties/ruleDefinition/${property}`, reason)
