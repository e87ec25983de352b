// What receivers of logs did: the server's own portal surface.
import { request } from './http.ts'

export interface ReceiverCounters {
  readonly name: string
  readonly requests: number
  readonly failedRequests: number
  readonly accepted: number
  readonly rejected: number
  readonly unwanted: number
  readonly bytes: number
  readonly latencyMillis: number
}

export interface ListenerStatus {
  readonly name: string
  readonly host: string
  readonly port: number
  readonly connections: number
  readonly dropped: number
}

/** Counted since the server started, over all workspaces. */
export interface ReceiversAnswer {
  readonly receivers: readonly ReceiverCounters[]
  readonly listeners: readonly ListenerStatus[]
}

export function receiverCounters(signal?: AbortSignal): Promise<ReceiversAnswer> {
  return request<ReceiversAnswer>('/conshelf/receivers', { signal })
}
