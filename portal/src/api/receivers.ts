// What receivers of logs did, and what is read from elsewhere: the server's own portal surface.
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
  /** Seconds from the time that records give to their arrival. */
  readonly delay?: { readonly p50: number; readonly p95: number }
}

export interface ListenerStatus {
  readonly name: string
  readonly host: string
  readonly port: number
  readonly connections: number
  readonly dropped: number
}

/** A folder, bucket or topics. Times are milliseconds since 1970. */
export interface SourceStatus {
  readonly name: string
  readonly kind: string
  readonly reads: string
  readonly receiver: string
  readonly readAt?: number
  readonly behind: { readonly count: number; readonly unit: string }
  readonly fault?: { readonly at: number; readonly message: string }
}

export interface TargetStatus {
  readonly url: string
  readonly job: string
  readonly instance: string
  readonly last?: { readonly at: number; readonly millis: number; readonly samples: number; readonly fault?: string }
}

/** Counted since the server started. */
export interface ReceiversAnswer {
  readonly receivers: readonly ReceiverCounters[]
  readonly listeners: readonly ListenerStatus[]
  readonly sources: readonly SourceStatus[]
  readonly targets: readonly TargetStatus[]
}

export function receiverCounters(workspace: string, signal?: AbortSignal): Promise<ReceiversAnswer> {
  return request<ReceiversAnswer>(`/conshelf/receivers?workspace=${encodeURIComponent(workspace)}`, { signal })
}
