// A record of a flow log -> its flow tuples as rows, a bad tuple alone refused. Shared by the receivers of flow logs and of
// diagnostic records, whose categories these are.
import { isFields, type JsonFields } from '../../json/records.ts'
import type { Decoded, Json } from '../../types.ts'
import { type FlowPlace, networkRow, securityGroupRow } from './rows.ts'
import { type FlowLogKind, readTuple } from './tuple.ts'

/** By category; undefined: it is no record of a flow log. */
export function flowLogKind(category: string): FlowLogKind | undefined {
  const lower = category.toLowerCase()
  if (lower === 'networksecuritygroupflowevent') return 'nsg'
  return lower === 'flowlogflowevent' ? 'vnet' : undefined
}

/** One row or refusal a tuple; a record in which no list of tuples is found is refused itself. */
export function flowRows(record: JsonFields, kind: FlowLogKind, raw: string): readonly Decoded[] {
  const out: Decoded[] = []
  const groups = kind === 'nsg' ? groupsOfRules(record) : groupsOfNetwork(record)
  let lists = 0
  for (const { place, tuples } of groups) {
    lists++
    for (const tuple of tuples) out.push(rowOf(tuple, place, kind))
  }
  return lists > 0 ? out : [{ rejected: `a record of ${nameOf(kind)} without flows`, raw }]
}

function nameOf(kind: FlowLogKind): string {
  return kind === 'nsg' ? 'an NSG flow log' : 'a virtual network flow log'
}

function rowOf(tuple: Json, place: FlowPlace, kind: FlowLogKind): Decoded {
  if (typeof tuple !== 'string') return { rejected: 'a flow tuple is a text', raw: JSON.stringify(tuple) }
  const flow = readTuple(tuple, kind)
  if (typeof flow === 'string') return { rejected: flow, raw: tuple }
  return kind === 'nsg' ? securityGroupRow(flow, place) : networkRow(flow, place)
}

interface TupleList {
  readonly place: FlowPlace
  readonly tuples: readonly Json[]
}

/** properties.flows[rule].flows[mac].flowTuples[] */
function* groupsOfRules(record: JsonFields): Generator<TupleList> {
  const properties = isFields(record.properties) ? record.properties : {}
  const target = textOf(record.resourceId)
  for (const rule of objectsOf(properties.flows)) {
    for (const group of objectsOf(rule.flows)) {
      if (!Array.isArray(group.flowTuples)) continue
      const place: FlowPlace = {
        mac: textOf(group.mac) || textOf(record.macAddress),
        rule: textOf(rule.rule),
        accessList: target,
        target,
        flowLog: '',
        writtenAt: timeOf(record.time),
      }
      yield { place, tuples: group.flowTuples }
    }
  }
}

/** flowRecords.flows[access list].flowGroups[rule].flowTuples[] */
function* groupsOfNetwork(record: JsonFields): Generator<TupleList> {
  const records = isFields(record.flowRecords) ? record.flowRecords : {}
  for (const list of objectsOf(records.flows)) {
    for (const group of objectsOf(list.flowGroups)) {
      if (!Array.isArray(group.flowTuples)) continue
      const place: FlowPlace = {
        mac: textOf(record.macAddress),
        rule: textOf(group.rule),
        accessList: textOf(list.aclID),
        target: textOf(record.targetResourceID),
        flowLog: textOf(record.flowLogResourceID),
        writtenAt: timeOf(record.time),
      }
      yield { place, tuples: group.flowTuples }
    }
  }
}

function objectsOf(value: Json | undefined): readonly JsonFields[] {
  return Array.isArray(value) ? value.filter((entry) => isFields(entry)) : []
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}

function timeOf(value: Json | undefined): number | undefined {
  const millis = Date.parse(textOf(value))
  return Number.isNaN(millis) ? undefined : millis
}
