// KubeEvents: events as they come, in small batches. An event that repeats within a batch is one row with its last count. The
// place in the stream is kept in a file once everything before it is stored, so a restart neither loses nor repeats events as
// long as the API server remembers that place.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isWanted } from '../settings.ts'
import { Mirror, type MirrorOptions, messageOf } from './api/mirror.ts'
import type { ClusterRoleSettings, RoleParts } from './cluster-role.ts'
import { eventKind, eventRow, type KubeEvent } from './events.ts'

const flushMillis = 5_000

/** Clocks of nodes differ: an event may be told after one that was seen so much later. */
const toleranceMillis = 120_000

interface Told {
  readonly count: number
  readonly lastSeen: string
}

interface Place {
  readonly resourceVersion: string
  /** Of the latest event told, in milliseconds. */
  readonly lastSeen: number
  /** By uid, those that were told within the tolerance before it. */
  readonly recent: Readonly<Record<string, Told>>
}

export class EventFeed {
  readonly #settings: ClusterRoleSettings
  readonly #parts: Pick<RoleParts, 'outbox' | 'report'>
  readonly #mirror: Mirror<KubeEvent>
  /** Where an earlier run stopped; events before it were told. */
  readonly #since: number
  #told = new Map<string, Told>()
  #pending = new Map<string, KubeEvent>()
  #version = ''
  #lastSeen: number

  constructor(settings: ClusterRoleSettings, parts: RoleParts, options: MirrorOptions) {
    const place = settings.stateFile === undefined ? undefined : readPlace(settings.stateFile)
    const listener = {
      listed: (objects: ReadonlyMap<string, KubeEvent>) => this.#listed(objects),
      changed: ({ type, uid, object }: { type: string; uid: string; object: KubeEvent }) => {
        if (type === 'DELETED') this.#told.delete(uid)
        else this.#tell(uid, object)
      },
      reached: (version: string) => {
        this.#version = version
      },
    }
    this.#settings = settings
    this.#parts = parts
    this.#since = (place?.lastSeen ?? 0) - toleranceMillis
    this.#lastSeen = place?.lastSeen ?? 0
    this.#told = new Map(Object.entries(place?.recent ?? {}))
    const version = settings.isOnce ? undefined : place?.resourceVersion
    this.#mirror = new Mirror(parts.client, eventKind(settings.allEvents), options, listener, version)
  }

  get isListed(): boolean {
    return this.#mirror.isListed
  }

  async run(signal: AbortSignal): Promise<void> {
    const flushing = async () => {
      while (!signal.aborted) {
        await sleep(flushMillis, undefined, { signal }).catch(() => {})
        this.flush()
      }
    }
    await Promise.all([this.#mirror.run(signal), flushing()])
  }

  /** Hands what came since the last time to the outbox. */
  flush(): void {
    if (this.#pending.size === 0) return
    const rows = [...this.#pending.values()].map((event) => eventRow(this.#settings.cluster, event))
    const place = { resourceVersion: this.#version, lastSeen: this.#lastSeen, recent: this.#recent() }
    this.#pending = new Map()
    void this.#parts.outbox.put('KubeEvents', rows).then(() => this.#keep(place))
  }

  /** After a list: those that were not told, by this run or one before. */
  #listed(objects: ReadonlyMap<string, KubeEvent>): void {
    const told = this.#told
    this.#told = new Map()
    for (const [uid, event] of objects) {
      const known = told.get(uid)
      if (known?.count === event.count || Date.parse(event.lastSeen) < this.#since) this.#told.set(uid, toldOf(event))
      else this.#tell(uid, event)
    }
  }

  #tell(uid: string, event: KubeEvent): void {
    if (this.#told.get(uid)?.count === event.count) return
    this.#told.set(uid, toldOf(event))
    if (!isWanted(this.#settings, event.namespace)) return
    this.#pending.set(uid, event)
    this.#lastSeen = Math.max(this.#lastSeen, Date.parse(event.lastSeen) || 0)
  }

  #recent(): Place['recent'] {
    const since = this.#lastSeen - toleranceMillis
    return Object.fromEntries([...this.#told].filter(([, { lastSeen }]) => Date.parse(lastSeen) >= since))
  }

  #keep(place: Place): void {
    const { stateFile } = this.#settings
    if (stateFile === undefined) return
    try {
      mkdirSync(dirname(stateFile), { recursive: true })
      writeFileSync(`${stateFile}.new`, JSON.stringify(place))
      renameSync(`${stateFile}.new`, stateFile)
    } catch (error) {
      this.#parts.report.note('collection', 'Warning', `the place in the events is not kept: ${messageOf(error)}`)
    }
  }
}

function toldOf({ count, lastSeen }: KubeEvent): Told {
  return { count, lastSeen }
}

function readPlace(file: string): Place | undefined {
  try {
    const { resourceVersion, lastSeen, recent } = JSON.parse(readFileSync(file, 'utf8')) as Partial<Place>
    return resourceVersion && lastSeen && recent ? { resourceVersion, lastSeen, recent } : undefined
  } catch {
    return undefined
  }
}
