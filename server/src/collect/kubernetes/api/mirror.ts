// A copy of all objects of one kind, kept up to date: lists them page by page, then watches.
// https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
import { setTimeout as sleep } from 'node:timers/promises'
import { type ApiClient, ApiError, type Parameters } from './client.ts'

export interface Kind<T> {
  /** As in URLs, such as `pods`. */
  readonly resource: string
  readonly path: string
  readonly selector?: Parameters
  /** What is kept of an object; undefined for one that makes no sense. */
  readonly keep: (object: unknown) => T | undefined
}

export interface MirrorOptions {
  readonly pageSize: number
  /** How long the server may let one watch run. */
  readonly watchSeconds: number
  readonly retry: { readonly firstMillis: number; readonly mostMillis: number }
  /** What went wrong, for the agent's report; the mirror tries again by itself. */
  readonly onTrouble: (message: string) => void
}

export const defaultMirrorOptions = {
  pageSize: 500,
  watchSeconds: 300,
  retry: { firstMillis: 1_000, mostMillis: 60_000 },
} as const

export interface Change<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly uid: string
  readonly object: T
}

/** Told of what happens; a mirror without a listener only keeps its copy. */
export interface Listener<T> {
  /** After a list: all objects there are. */
  readonly listed?: (objects: ReadonlyMap<string, T>) => void
  readonly changed?: (change: Change<T>) => void
  /** Everything up to here has been told. */
  readonly reached?: (resourceVersion: string) => void
}

interface RawObject {
  readonly metadata?: { readonly uid?: string; readonly resourceVersion?: string }
}
interface RawList {
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string }
  readonly items?: readonly RawObject[]
}
interface Notice {
  readonly type?: string
  readonly object?: RawObject & { readonly code?: number; readonly message?: string; readonly reason?: string }
}

export class Mirror<T> {
  readonly #client: ApiClient
  readonly #kind: Kind<T>
  readonly #options: MirrorOptions
  readonly #listener: Listener<T>
  #objects = new Map<string, T>()
  #version: string | undefined
  #isListed = false
  #senseless = 0

  /** `version`: go on watching from there instead of listing first. */
  constructor(client: ApiClient, kind: Kind<T>, options: MirrorOptions, listener: Listener<T> = {}, version?: string) {
    this.#client = client
    this.#kind = kind
    this.#options = options
    this.#listener = listener
    this.#version = version
  }

  get resource(): string {
    return this.#kind.resource
  }

  get objects(): ReadonlyMap<string, T> {
    return this.#objects
  }

  /** Whether the copy has ever been complete. */
  get isListed(): boolean {
    return this.#isListed
  }

  /** Until aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { firstMillis, mostMillis } = this.#options.retry
    let wait = firstMillis
    while (!signal.aborted) {
      try {
        await this.#listUnlessKnown(signal)
        await this.#watch(signal)
        wait = firstMillis
      } catch (error) {
        if (signal.aborted) return
        if (isExpired(error)) this.#version = undefined
        else this.#options.onTrouble(`${this.#kind.resource}: ${messageOf(error)}`)
        const asked = error instanceof ApiError ? error.retryAfterSeconds : undefined
        await sleep(asked === undefined ? wait * (0.5 + Math.random() / 2) : asked * 1000, undefined, { signal }).catch(
          () => {},
        )
        wait = Math.min(wait * 2, mostMillis)
      }
    }
  }

  async #listUnlessKnown(signal: AbortSignal): Promise<void> {
    if (this.#version !== undefined) return
    const { objects, version } = await this.#list(signal)
    // Only a complete list replaces what was known, so an inventory never shows half a cluster.
    this.#objects = objects
    this.#isListed = true
    this.#listener.listed?.(objects)
    this.#reach(version)
  }

  async #list(signal: AbortSignal): Promise<{ objects: Map<string, T>; version: string }> {
    const objects = new Map<string, T>()
    let next: string | undefined
    do {
      const parameters = { ...this.#kind.selector, limit: this.#options.pageSize, continue: next }
      const page = (await this.#client.json(this.#kind.path, parameters, signal)) as RawList
      for (const item of page.items ?? []) this.#take(item, (uid, object) => objects.set(uid, object))
      next = page.metadata?.continue || undefined
      const version = page.metadata?.resourceVersion
      if (!version) throw new Error('the list has no resourceVersion')
      if (next === undefined) return { objects, version }
    } while (!signal.aborted)
    throw new Error('cancelled')
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const { watchSeconds } = this.#options
    const parameters = {
      ...this.#kind.selector,
      watch: 1,
      allowWatchBookmarks: true,
      resourceVersion: this.#version,
      timeoutSeconds: watchSeconds,
    }
    const lines = this.#client.lines(this.#kind.path, parameters, signal, (watchSeconds + 30) * 1000)
    for await (const line of lines) this.#notice(JSON.parse(line) as Notice)
  }

  #notice({ type, object }: Notice): void {
    if (type === 'ERROR') {
      const code = object?.code ?? 0
      throw new ApiError(code, `the watch ended: ${object?.message ?? code}`, object?.reason)
    }
    if (type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED') {
      this.#take(object, (uid, kept) => {
        if (type === 'DELETED') this.#objects.delete(uid)
        else this.#objects.set(uid, kept)
        this.#listener.changed?.({ type, uid, object: kept })
      })
    } else if (type !== 'BOOKMARK') throw new Error(`the watch sent '${type}'`)
    const version = object?.metadata?.resourceVersion
    if (version) this.#reach(version)
  }

  #take(raw: RawObject | undefined, use: (uid: string, object: T) => void): void {
    const uid = raw?.metadata?.uid
    const kept = uid === undefined ? undefined : this.#kind.keep(raw)
    if (uid !== undefined && kept !== undefined) {
      use(uid, kept)
      return
    }
    // Said once: the same object comes again with every list.
    if (this.#senseless++ === 0) this.#options.onTrouble(`${this.#kind.resource}: an object makes no sense; left out`)
  }

  #reach(version: string): void {
    this.#version = version
    this.#listener.reached?.(version)
  }
}

/** The version is too old to go on from: https://kubernetes.io/docs/reference/using-api/api-concepts/#410-gone-responses */
function isExpired(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 410 || error.reason === 'Expired')
}

export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // A refused connection has its reason in parts.
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ')
  return error.message
}
