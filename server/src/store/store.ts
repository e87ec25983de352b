// The metadata port: documents with compare-and-set, and small values that may expire. Adapter: sqlite.ts.
// Nothing above this folder knows which database runs. conformance.ts is the suite every adapter passes.

/** A resource as the store keeps it. */
export interface StoredDocument {
  /** ARM id as it was first written; found in any case. */
  readonly id: string
  readonly kind: string
  /** Differs after every change of the store, so an etag never comes back. */
  readonly etag: string
  /** JSON text. */
  readonly body: string
  /** Milliseconds since 1970. */
  readonly changedAt: number
  /** Who changed it last. */
  readonly changedBy: string
}

/** What must be true of the item before a change: this etag, that it does not exist, or that it does. Absent: anything. */
export type Match = { readonly etag: string } | 'absent' | 'present'

export type Change =
  | (Omit<StoredDocument, 'etag'> & { readonly do: 'put'; readonly match?: Match })
  | { readonly do: 'delete'; readonly id: string; readonly match?: Exclude<Match, 'absent'> }
  | {
      readonly do: 'set'
      readonly space: string
      readonly key: string
      readonly value: string
      readonly expiresAt?: number
    }
  | { readonly do: 'unset'; readonly space: string; readonly key: string }

export interface DocumentFilter {
  readonly kind?: string
  /** Only documents whose id starts with this id and a slash, in any case. */
  readonly under?: string
}

/** A change whose `match` did not hold. Nothing of its batch was stored. */
export class StoreConflict extends Error {
  readonly id: string
  /** The document as it is now; undefined: there is none. */
  readonly current: StoredDocument | undefined
  constructor(id: string, current: StoredDocument | undefined) {
    super(current ? `${id} has etag ${current.etag}` : `${id} does not exist`)
    this.name = 'StoreConflict'
    this.id = id
    this.current = current
  }
}

export interface Store {
  get(id: string): Promise<StoredDocument | undefined>
  /** In the order of lower-case ids. */
  list(filter: DocumentFilter): Promise<readonly StoredDocument[]>
  /** All changes or none, in order; durable when it resolves. Answers the put documents. Throws StoreConflict. */
  apply(changes: readonly Change[]): Promise<readonly StoredDocument[]>
  /** A value that is set and not expired at `now`. */
  value(space: string, key: string, now: number): Promise<string | undefined>
  /** Forgets the values that expired before `now`; answers how many. */
  expire(now: number): Promise<number>
  close(): Promise<void>
}
