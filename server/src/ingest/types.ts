// The contracts of ingestion: what a receiver yields, what the pipeline answers.
import type { Workspace } from '../catalog/types.ts'

export type Json = null | boolean | number | bigint | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [name: string]: Json
}

/** One record as a protocol delivered it, with the table it belongs to. Fields carry the table's column names. */
export interface TableRow {
  readonly table: string
  readonly fields: JsonObject
  /** ARM id of the source, any case. */
  readonly resourceId?: string
  /** Time the source gave it, as text; absent: time of arrival. */
  readonly time?: string
}

/** Why a record was not stored. `index` counts the records of the request from 0. */
export interface Rejection {
  readonly index: number
  readonly reason: string
}

/** A decoded record, or the reason it is not one. */
export type Decoded = TableRow | { readonly rejected: string }

/** What a request says beside its body. */
export interface Head {
  readonly contentType: string
  /** Query parameters of the URL, or equivalents of another transport. */
  readonly parameters: Readonly<Record<string, string>>
}

/** Thrown by a receiver when the body as a whole is not of its format; nothing of it is stored. */
export class MalformedBody extends Error {
  /** Byte offset or line, as far as known. */
  readonly place: string | undefined
  constructor(message: string, place?: string) {
    super(message)
    this.place = place
  }
}

/**
 * One wire protocol: bytes in, rows out. Knows nothing of workspaces, storage or HTTP. Lenient about records, strict about
 * the envelope: a record that makes no sense is yielded as `rejected`, a body that makes no sense throws MalformedBody.
 */
export interface Receiver {
  readonly name: string
  decode(body: AsyncIterable<Uint8Array>, head: Head): AsyncIterable<Decoded>
}

export interface IngestRequest {
  readonly workspace: Workspace
  readonly receiver: Receiver
  readonly body: AsyncIterable<Uint8Array>
  readonly head: Head
  /** A batch with a key that was stored before is answered as then and not stored again. */
  readonly idempotencyKey?: string
}

export interface IngestOutcome {
  readonly accepted: number
  readonly rejected: number
  /** The first hundred. */
  readonly errors: readonly Rejection[]
}

export interface Ingest {
  /** Resolves once every accepted row is on disk. Throws Overloaded before it takes what it cannot hold. */
  accept(request: IngestRequest): Promise<IngestOutcome>
  /** Rows that the server itself writes (query audit, alerts); durable like any other. */
  append(workspace: Workspace, rows: readonly TableRow[]): Promise<IngestOutcome>
}
