// What goes wrong in a collector, said once per text and minute in KubeMonAgentEvents; every hour that nothing did.
// https://learn.microsoft.com/azure/azure-monitor/reference/tables/kubemonagentevents
import { type Cluster, clusterColumns } from '../container-insights/cluster.ts'
import type { KubeMonAgentEventsRow } from '../container-insights/objects.ts'
import type { Clock } from '../core/clock.ts'

export type Level = 'Warning' | 'Error'
export type Category = 'collection' | 'delivery' | 'configmap' | 'promscraping' | 'noerror'

export interface Origin {
  readonly cluster: Cluster
  readonly computer: string
  readonly pod: string
}

interface Entry {
  readonly category: Category
  readonly level: Level
  readonly message: string
  readonly first: number
  last: number
  count: number
}

const hour = 3_600_000
/** A failing server must not fill memory with its texts. */
const mostEntries = 100

export class Report {
  readonly #origin: Origin
  readonly #clock: Clock
  readonly #log: (line: string) => void
  #entries = new Map<string, Entry>()
  #toldAt: number | undefined

  /** `log`: for each text the first time in a minute. */
  constructor(origin: Origin, clock: Clock, log: (line: string) => void) {
    this.#origin = origin
    this.#clock = clock
    this.#log = log
  }

  note(category: Category, level: Level, message: string, count: number = 1): void {
    const now = this.#clock.now()
    const key = `${category} ${message}`
    const known = this.#entries.get(key)
    if (known) {
      known.last = now
      known.count += count
      return
    }
    this.#log(`${level}: ${message}`)
    if (this.#entries.size < mostEntries) {
      this.#entries.set(key, { category, level, message, first: now, last: now, count })
    }
  }

  /** Rows of what was noted since the last call. */
  take(): readonly KubeMonAgentEventsRow[] {
    const now = this.#clock.now()
    const entries = [...this.#entries.values()]
    this.#entries = new Map()
    if (entries.length > 0) {
      this.#toldAt = now
      return entries.map((entry) => this.#row(now, entry))
    }
    if (this.#toldAt !== undefined && now - this.#toldAt < hour) return []
    this.#toldAt = now
    const fine = { category: 'noerror', level: 'Info', message: 'No errors', first: now, last: now, count: 1 } as const
    return [this.#row(now, fine)]
  }

  #row(now: number, entry: Omit<Entry, 'level'> & { readonly level: Level | 'Info' }): KubeMonAgentEventsRow {
    const tags = {
      PodName: this.#origin.pod,
      FirstOccurrence: iso(entry.first),
      LastOccurrence: iso(entry.last),
      Count: entry.count,
    }
    return {
      TimeGenerated: iso(now),
      Computer: this.#origin.computer,
      Category: `container.azm.ms/${entry.category}`,
      Level: entry.level,
      Message: entry.message,
      Tags: JSON.stringify(tags),
      ...clusterColumns(this.#origin.cluster),
    }
  }
}

export function iso(millis: number): string {
  return new Date(millis).toISOString()
}
