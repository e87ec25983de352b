// What an operator is told of a source: when it was read last, how much is left to read, and what is wrong.
import type { Clock } from '../../core/clock.ts'

export interface SourceStatus {
  readonly name: string
  readonly kind: string
  /** The folder, bucket or topics. */
  readonly reads: string
  readonly receiver: string
  /** GUID of the workspace it goes to. */
  readonly workspaceId: string
  /** Milliseconds since 1970: when all that was there had been read without a fault; absent: not yet. */
  readonly readAt?: number
  /** Known to be there and not stored yet. */
  readonly behind: { readonly count: number; readonly unit: 'messages' | 'bytes' }
  /** The latest fault since all was well. */
  readonly fault?: { readonly at: number; readonly message: string }
}

export class SourceState {
  readonly #about: Omit<SourceStatus, 'readAt' | 'behind' | 'fault'>
  readonly #unit: SourceStatus['behind']['unit']
  readonly #clock: Clock
  readonly #behind = new Map<string, number>()
  #readAt: number | undefined
  #fault: SourceStatus['fault']

  constructor(about: Omit<SourceStatus, 'readAt' | 'behind' | 'fault'>, clock: Clock) {
    this.#about = about
    this.#unit = about.kind === 'kafka' ? 'messages' : 'bytes'
    this.#clock = clock
  }

  /** How much a file or partition has that is not stored. */
  isBehind(place: string, count: number): void {
    if (count > 0) this.#behind.set(place, count)
    else this.#behind.delete(place)
  }

  /** Everything was looked at, and nothing failed. */
  isRead(): void {
    this.#readAt = this.#clock.now()
    this.#fault = undefined
  }

  failed(error: unknown): void {
    this.#fault = { at: this.#clock.now(), message: reasonOf(error) }
  }

  status(): SourceStatus {
    const count = [...this.#behind.values()].reduce((sum, one) => sum + one, 0)
    return {
      ...this.#about,
      behind: { count, unit: this.#unit },
      ...(this.#readAt !== undefined && { readAt: this.#readAt }),
      ...(this.#fault && { fault: this.#fault }),
    }
  }
}

const longest = 300

/** From what failed in the end to why, each thing once. */
function reasonOf(error: unknown): string {
  const reasons = new Set<string>()
  for (let at: unknown = error; at instanceof Error && reasons.size < 5; ) {
    reasons.add(at.message)
    at = at instanceof AggregateError && at.errors.length > 0 ? at.errors[0] : at.cause
  }
  const text = reasons.size === 0 ? String(error) : [...reasons].join(': ')
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}
