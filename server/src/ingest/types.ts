// The contracts of ingestion: what a receiver yields, what the pipeline answers, which errors it throws.
import type { Column, Diagnostic, Row, SubsetName } from '@conshelf/kql'
import type { Workspace } from '../catalog/types.ts'
import type { DelayCounts } from './delays.ts'

/**
 * A JSON value. A number that JavaScript's would change (beyond 2^53, `1.0`, `1e400`) is a bigint, or an object made by
 * JSON.rawJSON that keeps its text; see json/exact.ts.
 */
export type Json = null | boolean | number | bigint | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [name: string]: Json
}

/** One record as a protocol delivered it, with the table it belongs to. */
export interface TableRow {
  readonly table: string
  /** By column name. The pipeline may convert the values of a receiver's rows in place. */
  readonly fields: JsonObject
  /** ARM id of the source, any case. */
  readonly resourceId?: string
  /** Time the source gave it, as text; absent: time of arrival. */
  readonly time?: string
  /** What TimeGenerated was, of rows that the server itself makes of others. */
  readonly originalTime?: string
  /** The record as it came, for the error table; absent: the JSON of its fields. */
  readonly raw?: string
  /**
   * What becomes of a value that does not fit its column, or has none: the record is refused (the default), or stored without the value,
   * of which the error table then tells; so do diagnostic settings, whose services nobody can ask to repeat.
   */
  readonly misfits?: 'refuse' | 'leave out'
}

/** Why a record was not stored. `index` counts the records of the request from 0. */
export interface Rejection {
  readonly index: number
  readonly reason: string
}

/** A decoded record, or the reason it is not one. */
export type Decoded = TableRow | Rejected

export interface Rejected {
  readonly rejected: string
  readonly raw?: string
  /** It was kept out on purpose: not stored, and no fault. */
  readonly unwanted?: true
}

export const unwanted: Rejected = { rejected: 'a diagnostic setting keeps it out', unwanted: true }

/** What a request says beside its body. */
export interface Head {
  readonly contentType: string
  /**
   * Query parameters of the URL, or equivalents of another transport. The pipeline itself knows `keepTime=true`: the
   * time of every record is kept, however old it is, as imports of old data need.
   */
  readonly parameters: Readonly<Record<string, string>>
  /** What the diagnostic settings of a record's resource say; the pipeline sets it. */
  readonly setting?: (record: SettingQuestion) => SettingAnswer
}

export interface SettingQuestion {
  /** ARM id in any case. */
  readonly resourceId: string
  readonly category: string
  readonly isMetric: boolean
}

/** The mode that a setting asks for, `off` for a category that no setting has; undefined: the resource has no settings. */
export type SettingAnswer = 'diagnostics' | 'resource' | 'off' | undefined

/** Thrown by a receiver when the body as a whole is not of its format; nothing of it is stored. */
export class MalformedBody extends Error {
  /** Byte offset or line, as far as known. */
  readonly place: string | undefined
  constructor(message: string, place?: string) {
    super(place === undefined ? message : `${message} (${place})`)
    this.name = 'MalformedBody'
    this.place = place
  }
}

/** The request names a table that neither exists nor may be made; nothing of it is stored. */
export class UnknownTable extends MalformedBody {
  constructor(message: string) {
    super(message)
    this.name = 'UnknownTable'
  }
}

/** The body is longer than `limit` bytes; nothing of it is stored. */
export class BodyTooLarge extends Error {
  readonly limit: number
  constructor(limit: number) {
    super(`the body is longer than ${limit} bytes`)
    this.name = 'BodyTooLarge'
    this.limit = limit
  }
}

/** More is waiting to be written than the server may hold; nothing of the request is stored. */
export class Overloaded extends Error {
  readonly retryAfterSeconds: number
  constructor(retryAfterSeconds: number, reason = 'too much is waiting to be written') {
    super(`${reason}; repeat in ${retryAfterSeconds} s`)
    this.name = 'Overloaded'
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/**
 * The workspace has taken as much billable data as it may in a day, and the request has rows of a table that the cap holds
 * for; nothing of the request is stored.
 */
export class OverQuota extends Overloaded {
  constructor(retryAfterSeconds: number) {
    super(retryAfterSeconds, 'the workspace has reached its daily cap')
    this.name = 'OverQuota'
  }
}

/**
 * One wire protocol: bytes in, rows out, in batches of any size. Knows nothing of storage or HTTP. Lenient about records,
 * strict about the envelope: a record that makes no sense is yielded as `rejected`, a body that makes no sense throws
 * MalformedBody. An error of the body itself passes through.
 */
export interface Receiver {
  readonly name: string
  decode(body: AsyncIterable<Uint8Array>, head: Head): AsyncIterable<readonly Decoded[]>
}

/** A query over rows that are not stored: those of the tables that it names. */
export interface RowQuery {
  readonly text: string
  readonly tables: readonly { readonly name: string; readonly columns: readonly Column[] }[]
  /** Absent: the whole language. */
  readonly subset?: SubsetName
}

/** Runs queries over rows at hand; the query component's, see query/row-queries.ts. */
export interface RowQueries {
  /** What is wrong with it, and the columns of its result. */
  check(query: RowQuery): { readonly diagnostics: readonly Diagnostic[]; readonly columns: readonly Column[] }
  /** `rows`: for each table NDJSON by column name, values as rows/coerce.ts makes them. Throws InvalidQuery. */
  run(
    query: RowQuery,
    rows: ReadonlyMap<string, Uint8Array>,
  ): Promise<{ readonly columns: readonly Column[]; readonly rows: readonly Row[] }>
}

export interface IngestRequest {
  readonly workspace: Workspace
  readonly receiver: Receiver
  readonly body: AsyncIterable<Uint8Array>
  readonly head: Head
  /** A batch with a key that was stored before is answered as then and not stored again. */
  readonly idempotencyKey?: string
  /** The answer of the protocol says of each record whether it was stored: `errors` of the outcome has all. */
  readonly everyError?: boolean
}

/** Records of a protocol without bodies, as sockets carry them. */
export interface RecordsRequest {
  readonly workspace: Workspace
  /** Name in counters and in the error table. */
  readonly receiver: string
  readonly records: AsyncIterable<readonly Decoded[]>
  /** Size of the records as they came. */
  readonly bytes: number
  readonly idempotencyKey?: string
}

export interface IngestOutcome {
  readonly accepted: number
  readonly rejected: number
  /** The first hundred, unless all were asked for. */
  readonly errors: readonly Rejection[]
  /** Records that diagnostic settings keep out; absent: none. */
  readonly unwanted?: number
}

/** What one receiver did since the start. */
export interface ReceiverCounters {
  readonly requests: number
  /** Requests that stored nothing: malformed, too large, overloaded, engine failure. */
  readonly failedRequests: number
  readonly accepted: number
  readonly rejected: number
  readonly unwanted: number
  /** Bytes of bodies. */
  readonly bytes: number
  /** Milliseconds from the first byte to the answer, added up over the requests. */
  readonly latencyMillis: number
  /** From the time that records give to their arrival. */
  readonly delays: DelayCounts
}

/** A snapshot for /metrics. */
export interface IngestMetrics {
  readonly receivers: Readonly<Record<string, ReceiverCounters>>
  /** The same for each workspace that got something, by its GUID. */
  readonly workspaces: Readonly<Record<string, Readonly<Record<string, ReceiverCounters>>>>
  /** Bytes of rows that wait for the engine now. */
  readonly pendingBytes: number
  readonly inserts: number
  readonly insertedRows: number
  readonly insertedBytes: number
  readonly failedInserts: number
}

/** Told of what is worth an operator's attention; must not throw. */
export interface IngestObserver {
  rejected(workspace: Workspace, receiver: string, count: number, reason: string): void
  overloaded(workspace: Workspace, receiver: string): void
  overQuota(workspace: Workspace): void
  /** A table got properties that it has no more columns for. */
  full(workspace: Workspace, table: string): void
}

export interface Ingest {
  /** Resolves once every accepted row is on disk. Throws Overloaded before it takes what it cannot hold. */
  accept(request: IngestRequest): Promise<IngestOutcome>
  acceptRecords(request: RecordsRequest): Promise<IngestOutcome>
  /**
   * Rows that the server itself writes (query audit, alerts); durable like any other. Their times are kept. With a key they
   * are stored once, however often they come.
   */
  append(workspace: Workspace, rows: readonly TableRow[], idempotencyKey?: string): Promise<IngestOutcome>
  metrics(): IngestMetrics
  /** Writes what waits; nothing may be accepted after. */
  close(): Promise<void>
}
