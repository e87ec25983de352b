// Who asks for a change, and the request, as the activity log has them. For every surface that changes resources.
import type { FastifyRequest } from 'fastify'
import type { Activity } from '../monitor/activity.ts'
import { principalOf } from './auth.ts'

export type Caller = Pick<Activity, 'caller' | 'callerAddress' | 'correlationId' | 'http'>

export function callerOf(request: FastifyRequest): Caller {
  const { headers, method, id, ip } = request
  const header = (name: string): string => String(headers[name] ?? '')
  const url = request.url.split('?')[0] ?? ''
  return {
    caller: principalOf(request).name,
    callerAddress: ip,
    correlationId: header('x-ms-correlation-request-id') || id,
    http: { clientRequestId: header('x-ms-client-request-id'), method, url },
  }
}
