// The limits of ingestion, as one value that tests and configuration can replace in parts.

export interface IngestLimits {
  /** A body after decompression. */
  readonly bodyBytes: number
  /** Rows that are not on disk yet, of all requests together. */
  readonly pendingBytes: number
  /** The most that one insert takes. */
  readonly blockBytes: number
  /** So much is worth an insert of its own: it waits for nothing but the insert before. */
  readonly eagerBytes: number
  /** So much is worth a second insert beside one that runs. */
  readonly besideBytes: number
  /** How often smaller blocks are written. */
  readonly blockMillis: number
  /** How long a request waits for company while few small blocks are written. */
  readonly quickMillis: number
  /** Small blocks that may go quickly in a row; one more for each `blockMillis` without. */
  readonly quickBlocks: number
  /** How often an insert is tried that fails for no fault of its rows. */
  readonly insertAttempts: number
  /** Rejected records of a request that the error table has one by one; the others are a number. */
  readonly notedErrors: number
  /** The same for all requests of a receiver to a workspace. */
  readonly notedErrorsPerMinute: number
  /** Rejections listed in an answer. */
  readonly listedErrors: number
  /** Characters of a rejected record that the error table keeps. */
  readonly rawRecordLength: number
  /** How long an Idempotency-Key is remembered. */
  readonly keyMillis: number
}

const megabyte = 1_048_576

export const defaultIngestLimits: IngestLimits = {
  bodyBytes: 100 * megabyte,
  pendingBytes: 256 * megabyte,
  blockBytes: 8 * megabyte,
  eagerBytes: 1 * megabyte,
  besideBytes: 4 * megabyte,
  blockMillis: 500,
  quickMillis: 50,
  quickBlocks: 40,
  insertAttempts: 3,
  notedErrors: 1_000,
  notedErrorsPerMinute: 5_000,
  listedErrors: 100,
  rawRecordLength: 32_768,
  keyMillis: 24 * 3_600_000,
}
