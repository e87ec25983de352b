// What a collector is told, for both roles.
import type { Cluster } from '../container-insights/cluster.ts'

export interface CollectSettings {
  readonly cluster: Cluster
  /** The node that the collector runs on. */
  readonly computer: string
  readonly intervalMillis: number
  /** Tables that are switched off. */
  readonly without: ReadonlySet<string>
  readonly excludedNamespaces: ReadonlySet<string>
}

export function isWanted({ excludedNamespaces }: CollectSettings, namespace: string): boolean {
  return !excludedNamespaces.has(namespace)
}
