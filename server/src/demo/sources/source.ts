// What a source of the demo is, and the wire shapes several of them share.
import {
  type Cluster,
  type ClusterColumns,
  clusterColumns,
  type SourceColumns,
  sourceColumns,
} from '../../container-insights/cluster.ts'
import type { Measured } from '../../container-insights/measurements.ts'
import type { Environment, WorkspaceName } from '../environment.ts'
import { iso7, isoSeconds, type Slot } from '../time.ts'
import type { World } from '../world.ts'

/** A JSON value that JSON.stringify writes as it stands. */
export type Wire = null | boolean | number | string | readonly Wire[] | { readonly [name: string]: Wire | undefined }
export type WireRecord = { readonly [name: string]: Wire | undefined }

/** Where a source's records go: one request per stream and batch. */
export type Stream =
  | { readonly workspace: WorkspaceName; readonly receiver: 'azure-diagnostics' }
  | { readonly workspace: WorkspaceName; readonly receiver: 'json'; readonly table: string }

export interface Source {
  readonly name: string
  readonly stream: Stream
  /** Pure: the same world and slot give the same records. Times lie within the slot, what follows at once a few seconds after. */
  records(world: World, slot: Slot): Iterable<WireRecord>
}

type Records = Source['records']

export function diagnosticSource(workspace: WorkspaceName, name: string, records: Records): Source {
  return { name, stream: { workspace, receiver: 'azure-diagnostics' }, records }
}

export function tableSource(workspace: WorkspaceName, table: string, records: Records, name: string = table): Source {
  return { name, stream: { workspace, receiver: 'json', table }, records }
}

/** The fields every diagnostic record has. Most services write the resource id in upper case. */
export function diagnostic(resourceId: string, category: string, operationName: string, time: number) {
  return { time: iso7(time), resourceId: resourceId.toUpperCase(), category, operationName }
}

/** The fields every row of container insights has. */
export function clusterRow(environment: Environment): ClusterColumns {
  return clusterColumns(clusterOf(environment))
}

/** The fields of container insights' tables that do not name the cluster. */
export function containerRow(environment: Environment): SourceColumns {
  return sourceColumns(clusterOf(environment))
}

export function clusterOf({ ids, names }: Environment): Cluster {
  return { id: ids.cluster, name: names.cluster }
}

export function measuredAt(world: World, at: number, computer: string): Measured {
  return { cluster: clusterOf(world.environment), time: isoSeconds(at), computer }
}

/** As a wire record, once its columns are checked. */
export function wire<Row extends object>(row: Row): WireRecord & Row {
  return row as WireRecord & Row
}
