// POST|GET /v1/workspaces/{workspace}/search: queries of Basic and Auxiliary tables, whose time range stands in the request.
// https://learn.microsoft.com/azure/azure-monitor/logs/basic-logs-query

import { ticksOf } from '../../../core/clock.ts'
import { ServerError } from '../../../core/errors.ts'
import type { ApiParts } from '../../parts.ts'
import type { Asked } from './query.ts'
import { timeRangeOf } from './request.ts'

/** The same query, in the language that such tables take. Throws invalidArgument without a time range. */
export function searchAsked({ clock }: Pick<ApiParts, 'clock'>, asked: Asked): Asked {
  if (timeRangeOf(asked.sources, ticksOf(clock.now()))) return { ...asked, subset: 'basic-table' }
  throw new ServerError('invalidArgument', {
    reason: "a search needs the time range of the request: 'timespan' in the URL or the body",
    target: 'timespan',
  })
}
