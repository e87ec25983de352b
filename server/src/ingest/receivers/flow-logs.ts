// Flow logs of network security groups and virtual networks, as their blobs hold them: `{"records":[…]}`, an array, or one
// record a line; one row a flow tuple. Records that traffic analytics has already made are taken as they are.
// https://learn.microsoft.com/azure/network-watcher/vnet-flow-logs-overview
import { type JsonFields, type JsonRecord, readRecords } from '../json/records.ts'
import type { Decoded, Json, Receiver } from '../types.ts'
import type { DiagnosticContent } from './diagnostics/content.ts'
import { flowLogKind, flowRows } from './flow/record.ts'

export function flowLogs(content: DiagnosticContent): Receiver {
  let names: ReadonlyMap<string, string> | undefined
  const analyticsNames = () => {
    names ??= new Map(content.columns('NTANetAnalytics')?.map(({ name }) => [name.toLowerCase(), name]))
    return names
  }
  return {
    name: 'flow-logs',
    async *decode(body) {
      for await (const batch of readRecords(body, { member: 'records' })) {
        yield batch.flatMap((record) => decodeOne(record, analyticsNames))
      }
    },
  }
}

function decodeOne(record: JsonRecord, names: () => ReadonlyMap<string, string>): readonly Decoded[] {
  if ('rejected' in record) return [{ rejected: record.rejected, raw: record.text }]
  const { value, text } = record
  const category = typeof value.category === 'string' ? value.category : ''
  const kind = flowLogKind(category)
  if (kind !== undefined) return flowRows(value, kind, text)
  if (value.SubType === 'FlowLog') return [analyticsRow(value, names(), text)]
  const found = category === '' ? 'none' : `'${category}'`
  const reason = `the category of a flow log is NetworkSecurityGroupFlowEvent or FlowLogFlowEvent, here it is ${found}`
  return [{ rejected: reason, raw: text }]
}

/** Its spelling of the columns differs from the table's in case alone. */
function analyticsRow(value: JsonFields, names: ReadonlyMap<string, string>, raw: string): Decoded {
  const fields: Record<string, Json> = {}
  for (const [name, field] of Object.entries(value)) fields[names.get(name.toLowerCase()) ?? name] = field
  const time = value.TimeGenerated ?? value.FlowStartTime ?? value.TimeProcessed
  return { table: 'NTANetAnalytics', fields, raw, ...(typeof time === 'string' && time !== '' && { time }) }
}
