// GET /conshelf/workspaces/{workspace}/resources: the Azure resources that stored rows name, for the scope picker.

import type { Cell, Row } from '@conshelf/kql'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Workspace } from '../../../catalog/types.ts'
import { ticksOf } from '../../../core/clock.ts'
import { workspaceOf } from '../../access.ts'
import { principalOf } from '../../auth.ts'
import { trimmedInstant } from '../../azure-cells.ts'
import type { ApiParts } from '../../parts.ts'
import { clientSignal } from '../../stream.ts'
import { timeRangeOf } from '../query/request.ts'
import { tags } from './schemas.ts'

const resource = Type.Object({
  id: Type.String(),
  name: Type.String(),
  type: Type.String(),
  resourceGroup: Type.String(),
  subscriptionId: Type.String(),
  rows: Type.Number(),
  lastSeen: Type.String(),
  tables: Type.Array(Type.String()),
})

type Resource = Type.Static<typeof resource>

export function resourcesRoute(scope: FastifyInstance, parts: ApiParts): void {
  scope.get<{ Params: { workspace: string }; Querystring: { timespan?: string } }>(
    '/conshelf/workspaces/:workspace/resources',
    {
      schema: {
        tags,
        summary: 'Resources that rows of the workspace name',
        params: Type.Object({ workspace: Type.String() }),
        querystring: Type.Object({ timespan: Type.Optional(Type.String({ description: 'ISO 8601, default P1D' })) }),
        response: { 200: Type.Object({ resources: Type.Array(resource) }) },
      },
    },
    async (request, reply) => {
      const workspace = workspaceOf(parts, principalOf(request), request.params.workspace)
      const timespan = request.query.timespan ?? 'P1D'
      return { resources: await resourcesOf(parts, workspace, timespan, request, clientSignal(reply)) }
    },
  )
}

async function resourcesOf(
  parts: ApiParts,
  workspace: Workspace,
  timespan: string,
  request: FastifyRequest,
  signal: AbortSignal,
): Promise<readonly Resource[]> {
  const principal = principalOf(request)
  const tables = parts.tables.catalog([workspace], principal.reads).tableNames()
  if (tables.length === 0) return []
  const range = timeRangeOf([{ timespan }], ticksOf(parts.clock.now()))
  const answer = parts.queries.run({
    text: resourcesQuery(tables),
    workspaces: [workspace],
    principal,
    profile: 'system',
    client: { app: 'ConshelfPortal', requestId: request.id, target: request.url.split('?')[0] ?? '' },
    signal,
    ...(range ? { timeRange: range } : {}),
  })
  const resources = new Map<string, Resource>()
  for await (const part of answer) {
    if (part.kind === 'rows') for (const row of part.rows) addRow(resources, row)
  }
  return [...resources.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1))
}

/** One pass over two narrow columns of each table. */
function resourcesQuery(tables: readonly string[]): string {
  const parts = tables.map(
    (name) =>
      `(['${name}'] | summarize Rows = count(), Last = max(TimeGenerated) by _ResourceId | extend Table = '${name}')`,
  )
  return `union ${parts.join(', ')} | where isnotempty(_ResourceId) | project _ResourceId, Table, Rows, Last`
}

function addRow(resources: Map<string, Resource>, [id = '', table = '', rows = 0, last = '']: Row): void {
  const key = text(id).toLowerCase()
  const known = resources.get(key) ?? { ...partsOf(key), rows: 0, lastSeen: '', tables: [] }
  const lastSeen = trimmedInstant(text(last))
  resources.set(key, {
    ...known,
    rows: known.rows + Number(rows),
    lastSeen: [known.lastSeen, lastSeen].toSorted().at(-1) ?? '',
    tables: [...known.tables, text(table)].toSorted(),
  })
}

function text(cell: Cell): string {
  return cell === null ? '' : String(cell)
}

/** `/subscriptions/S/resourceGroups/G/providers/N/T/name[/T2/name2…]`. */
function partsOf(id: string): Pick<Resource, 'id' | 'name' | 'type' | 'resourceGroup' | 'subscriptionId'> {
  const [, subscriptions, subscriptionId = '', groups, resourceGroup = ''] = id.split('/')
  const [provider = '', ...path] = id.split('/providers/').at(-1)?.split('/') ?? []
  return {
    id,
    name: id.split('/').at(-1) ?? '',
    type: id.includes('/providers/') ? [provider, ...path.filter((_, index) => index % 2 === 0)].join('/') : '',
    resourceGroup: groups === 'resourcegroups' ? resourceGroup : '',
    subscriptionId: subscriptions === 'subscriptions' ? subscriptionId : '',
  }
}
