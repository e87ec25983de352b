// https://learn.microsoft.com/rest/api/loganalytics/summary-logs
import { unixEpochTicks } from '../../../../core/clock.ts'
import { parseInstant } from '../../../../core/time-range.ts'
import { summaryRuleKind } from '../../../../resources/kinds/summary-rule.ts'
import { InvalidResource } from '../../../../resources/resource.ts'
import { type ArmDocument, type ArmFace, type ArmRequest, storedFace } from '../face.ts'
import { parentWorkspace } from '../parent.ts'

const stored = storedFace('Microsoft.OperationalInsights/workspaces/summaryLogs', summaryRuleKind, {
  put: (request, body) => {
    const { parts, path, principal, options } = request
    return parts.lifecycle.summaryRules.put(parentWorkspace(request), path.id, body, principal, options)
  },
  properties: ({ body: { properties } }) => ({ ...properties, provisioningState: 'Succeeded' }),
})

/** Where it is, beside what it is. */
async function withProgress({ parts }: ArmRequest, document: ArmDocument): Promise<ArmDocument> {
  const progress = await parts.lifecycle.summaryRules.progress(document.id)
  if (!progress) return document
  const timeOf = (millis: number) => new Date(millis).toISOString()
  const pendingBins = progress.again.map(({ from, to }) => ({ from: timeOf(from), to: timeOf(to) }))
  const more = { nextBinStartTime: timeOf(progress.next), pendingBins }
  return { ...document, properties: { ...(document.properties as object), ...more } }
}

export const summaryLogs: ArmFace = {
  ...stored,
  get: async (request) => {
    const found = await stored.get(request)
    return found && withProgress(request, found)
  },
  remove: ({ parts, path }) => parts.lifecycle.summaryRules.remove(path.id),
  actions: {
    start: (request) => setActive(request, true),
    stop: (request) => setActive(request, false),
    retrybin: async ({ parts, path, body }) => {
      const start = timeIn(body, 'retryBinStartTime')
      const done = await parts.lifecycle.summaryRules.backfill(path.id, start, start + 1)
      return done && null
    },
    /** Of our own: bins from before the rule was made, or all of a time anew. */
    backfill: async ({ parts, path, body }) => {
      const [from, to] = [timeIn(body, 'from'), timeIn(body, 'to')]
      const done = await parts.lifecycle.summaryRules.backfill(path.id, from, to)
      return done && { from: new Date(done.from).toISOString(), to: new Date(done.to).toISOString() }
    },
  },
}

async function setActive({ parts, path, options }: ArmRequest, isActive: boolean): Promise<unknown> {
  const rule = await parts.lifecycle.summaryRules.setActive(path.id, isActive, options.by)
  return rule && null
}

/** A time among the properties of a body, in milliseconds. Throws InvalidResource. */
function timeIn(body: unknown, name: string): number {
  const properties = (body as { readonly properties?: Readonly<Record<string, unknown>> } | null)?.properties
  const text = properties?.[name]
  const ticks = typeof text === 'string' ? parseInstant(text) : undefined
  if (ticks === undefined) throw new InvalidResource('summary rule', `/properties/${name}`, 'must be a time')
  return Number((ticks - unixEpochTicks) / 10_000n)
}
