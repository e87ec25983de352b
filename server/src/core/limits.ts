// The limits of Azure Monitor Logs, as one value that tests and configuration can replace. query/service.ts enforces them.
// https://learn.microsoft.com/azure/azure-monitor/fundamentals/service-limits

/** How much one answer may hold and how long it may take, by who asks. */
export interface AnswerLimits {
  readonly rows: number
  /** Bytes of the rows as the API writes them, before compression. */
  readonly bytes: number
  /** When the request does not say how long it waits. */
  readonly defaultMillis: number
  readonly maxMillis: number
}

export type QueryProfile = 'api' | 'portal' | 'system'

export interface Limits {
  readonly answers: Readonly<Record<QueryProfile, AnswerLimits>>
  /** What `set notruncation` and `set truncationmaxrecords` may raise the limits to. */
  readonly ceiling: { readonly rows: number; readonly bytes: number }
  readonly queryMemoryBytes: number
  readonly queries: {
    readonly perUser: number
    readonly queuedPerUser: number
    readonly queueMillis: number
  }
  readonly workspacesPerQuery: number
  /** Text of a query request. */
  readonly queryBodyBytes: number
  /** Samples that a PromQL query may load, and values that it may hold at a step. */
  readonly promqlSamples: number
  /** An ingested body after decompression. */
  readonly ingestBodyBytes: number
}

const megabyte = 1_048_576
const minute = 60_000

export const defaultLimits: Limits = {
  answers: {
    api: { rows: 500_000, bytes: 100 * megabyte, defaultMillis: 3 * minute, maxMillis: 10 * minute },
    portal: { rows: 30_000, bytes: 100 * megabyte, defaultMillis: 3 * minute, maxMillis: 10 * minute },
    system: { rows: 500_000, bytes: 100 * megabyte, defaultMillis: 1 * minute, maxMillis: 10 * minute },
  },
  ceiling: { rows: 5_000_000, bytes: 1024 * megabyte },
  queryMemoryBytes: 1536 * megabyte,
  queries: { perUser: 5, queuedPerUser: 200, queueMillis: 3 * minute },
  workspacesPerQuery: 100,
  queryBodyBytes: 4 * megabyte,
  promqlSamples: 10_000_000,
  ingestBodyBytes: 100 * megabyte,
}
