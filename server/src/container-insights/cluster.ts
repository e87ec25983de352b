// What every row of container insights has: its cluster, its time, where it comes from.

export interface Cluster {
  /** ARM id. */
  readonly id: string
  readonly name: string
}

/** Columns of tables that do not name the cluster. */
export interface SourceColumns {
  readonly SourceSystem: 'Containers'
  readonly _ResourceId: string
}

export interface ClusterColumns extends SourceColumns {
  readonly ClusterId: string
  readonly ClusterName: string
}

/** TimeGenerated with the precision of the agent. */
export interface Timed {
  readonly TimeGenerated: string
}

export function sourceColumns({ id }: Cluster): SourceColumns {
  return { SourceSystem: 'Containers', _ResourceId: id.toLowerCase() }
}

export function clusterColumns(cluster: Cluster): ClusterColumns {
  return { ClusterId: cluster.id, ClusterName: cluster.name, ...sourceColumns(cluster) }
}

/** A map that is a column: the JSON of an array with it alone, which is what queries unwrap. */
export function wrappedLabels(labels: Readonly<Record<string, string | undefined>> | undefined): string {
  return JSON.stringify([labels ?? {}])
}

/** How a container is named in KubePodInventory, and in Perf behind the cluster's id. */
export function containerInstance(podUid: string, container: string): string {
  return `${podUid}/${container}`
}
