import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { openContent } from '../../content/content.ts'
import { MalformedBody } from '../types.ts'
import { addressKind, flowType } from './flow/flow-type.ts'
import { receivers } from './index.ts'
import { columnsOf, decode, decodeRows, mutations } from './testing.ts'

const receiver = receivers['flow-logs']
const group = '/SUBSCRIPTIONS/0A0B0C0D-1111-2222-3333-444455556666/RESOURCEGROUPS/RG-Net/PROVIDERS/MICROSOFT.NETWORK'

const groupRecord = (rule: string, ...flowTuples: unknown[]) => ({
  time: '2026-03-01T10:00:00.5Z',
  category: 'NetworkSecurityGroupFlowEvent',
  resourceId: `${group}/NETWORKSECURITYGROUPS/NSG-Web`,
  properties: { Version: 2, flows: [{ rule, flows: [{ mac: '000D3AF87856', flowTuples }] }] },
})

const networkRecord = (aclID: string, rule: string, ...flowTuples: unknown[]) => ({
  time: '2026-03-01T10:00:00.5Z',
  flowLogVersion: 4,
  macAddress: '00224871C205',
  category: 'FlowLogFlowEvent',
  flowLogResourceID: `${group}/NETWORKWATCHERS/Watcher_West/FLOWLOGS/Log1`,
  targetResourceID: `${group}/virtualNetworks/vnet-1/subnets/web`,
  flowRecords: { flows: [{ aclID, flowGroups: [{ rule, flowTuples }] }] },
})

const blob = (...records: unknown[]) => JSON.stringify({ records })

describe('network security groups', () => {
  test('version 2: a row a tuple, begin, continuation and end', async () => {
    // The conversation of the documentation, with the addresses the other way about.
    const record = groupRecord(
      'UserRule_Allow-Telnet',
      '1493763938,185.170.185.105,10.2.0.4,35370,23,T,I,A,B,,,,',
      '1493695838,185.170.185.105,10.2.0.4,35370,23,T,I,A,C,1021,588096,8005,4610880',
      '1493696138,185.170.185.105,10.2.0.4,35370,23,T,I,A,E,52,29952,47,27072',
    )
    const rows = await decodeRows(receiver, blob(record))
    expect(rows.map(({ table, time, resourceId }) => [table, time, resourceId])).toEqual([
      ['AzureNetworkAnalytics_CL', '2017-05-02T22:25:38.000Z', record.resourceId],
      ['AzureNetworkAnalytics_CL', '2017-05-02T03:30:38.000Z', record.resourceId],
      ['AzureNetworkAnalytics_CL', '2017-05-02T03:35:38.000Z', record.resourceId],
    ])
    expect(rows[0]?.fields).toMatchObject({ AllowedInFlows_d: 1, CompletedFlows_d: 0, FlowCount_d: 1 })
    expect(rows[0]?.fields).not.toHaveProperty('OutboundBytes_d')
    expect(rows[1]?.fields).toMatchObject({ AllowedInFlows_d: 0, OutboundPackets_d: 1021, InboundBytes_d: 4_610_880 })
    expect(rows[2]?.fields).toEqual({
      SubType_s: 'FlowLog',
      FASchemaVersion_s: '2',
      FlowStartTime_t: '2017-05-02T03:35:38.000Z',
      FlowEndTime_t: '2017-05-02T03:35:38.000Z',
      FlowIntervalStartTime_t: '2026-03-01T09:59:00.500Z',
      FlowIntervalEndTime_t: '2026-03-01T10:00:00.500Z',
      FlowType_s: 'ExternalPublic',
      SrcIP_s: '',
      DestIP_s: '10.2.0.4',
      VMIP_s: '10.2.0.4',
      PublicIPs_s: '185.170.185.105|0|1|52|47|29952|27072',
      SrcPublicIPs_s: '185.170.185.105|0|1|52|47|29952|27072',
      DestPublicIPs_s: '',
      SrcPort_d: 35_370,
      DestPort_d: 23,
      L4Protocol_s: 'T',
      L7Protocol_s: 'telnet',
      FlowDirection_s: 'I',
      FlowStatus_s: 'A',
      NSGList_s: '0a0b0c0d-1111-2222-3333-444455556666/rg-net/nsg-web',
      NSGRule_s: 'userrule_allow-telnet',
      NSGRules_s: '0|userrule_allow-telnet|I|A|0',
      NSGRuleType_s: 'User Defined',
      MACAddress_s: '00-0D-3A-F8-78-56',
      AllowedInFlows_d: 0,
      DeniedInFlows_d: 0,
      AllowedOutFlows_d: 0,
      DeniedOutFlows_d: 0,
      FlowCount_d: 0,
      CompletedFlows_d: 1,
      OutboundPackets_d: 52,
      OutboundBytes_d: 29_952,
      InboundPackets_d: 47,
      InboundBytes_d: 27_072,
    })
  })

  test('version 1 has neither state nor counts: every tuple is a flow', async () => {
    const record = groupRecord('DefaultRule_DenyAllInBound', '1487282421,10.0.0.5,10.0.0.4,61213,123,U,O,D')
    const [row] = await decodeRows(receiver, blob(record))
    expect(row?.fields).toMatchObject({
      FlowType_s: 'UnknownPrivate',
      SrcIP_s: '10.0.0.5',
      DestIP_s: '10.0.0.4',
      L7Protocol_s: 'ntp',
      FlowStatus_s: 'D',
      DeniedOutFlows_d: 1,
      NSGRuleType_s: 'Default',
    })
  })

  test('diagnostic records of the category take the same path', async () => {
    const record = groupRecord('DefaultRule_X', '1487282421,10.0.0.5,10.0.0.4,61213,53,U,O,A', 'nonsense')
    const direct = await decode(receiver, blob(record))
    expect(await decode(receivers['azure-diagnostics'], blob(record))).toEqual(direct)
    expect(direct).toHaveLength(2)
  })
})

describe('virtual networks', () => {
  test('an outbound flow past a security group', async () => {
    const record = networkRecord(
      `${group}/networkSecurityGroups/NSG-Web`,
      'DefaultRule_AllowInternetOutBound',
      '1663146003606,10.0.0.6,52.239.184.180,23956,443,6,O,E,NX,3,767,2,1580',
    )
    const [row] = await decodeRows(receiver, blob(record))
    expect(row).toMatchObject({ table: 'NTANetAnalytics', time: '2022-09-14T09:00:03.606Z' })
    expect(row?.resourceId).toBe(record.targetResourceID)
    expect(row?.fields).toMatchObject({
      FaSchemaVersion: '3',
      FlowType: 'ExternalPublic',
      SrcIp: '10.0.0.6',
      DestIp: '',
      DestPublicIps: '52.239.184.180|0|1|3|2|767|1580',
      SrcPort: 23_956,
      DestPort: 443,
      L4Protocol: 'T',
      L7Protocol: 'https',
      FlowDirection: 'Outbound',
      FlowStatus: 'Allowed',
      FlowEncryption: 'Unencrypted',
      AclGroup: '0a0b0c0d-1111-2222-3333-444455556666/rg-net/nsg-web',
      AclRule: 'DefaultRule_AllowInternetOutBound',
      NsgRule: 'DefaultRule_AllowInternetOutBound',
      MacAddress: '00-22-48-71-C2-05',
      TargetResourceId: 'rg-net/vnet-1/web',
      TargetResourceType: 'Subnet',
      FlowLogResourceId: 'rg-net/watcher_west/log1',
      PacketsSrcToDest: 3,
      BytesSrcToDest: 767,
      PacketsDestToSrc: 2,
      BytesDestToSrc: 1580,
      CompletedFlows: 1,
      AllowedOutFlows: 0,
    })
  })

  test('denied, not of a security group, another protocol, IPv6', async () => {
    const denied = networkRecord(
      'unspecified',
      'unspecified',
      '1663146005503,fd00::4,fd00::6,0,0,58,I,D,NX_HW_NOT_SUPPORTED,0,0,0,0',
    )
    const [row] = await decodeRows(receiver, blob(denied))
    expect(row?.fields).toMatchObject({
      FlowType: 'UnknownPrivate',
      L4Protocol: '58',
      FlowStatus: 'Denied',
      DeniedInFlows: 1,
      FlowEncryption: 'Unsupported hardware',
      AclGroup: 'unspecified',
    })
    expect(row?.fields).not.toHaveProperty('NsgRule')
  })

  test('records of traffic analytics itself are taken, whatever the case of their names', async () => {
    const record = {
      SubType: 'FlowLog',
      FASchemaVersion: '3',
      SrcIP: '',
      DestIP: '10.1.5.6',
      FlowStartTime: '2026-02-06T23:58:59Z',
    }
    const [row] = await decodeRows(receiver, JSON.stringify(record))
    expect(row).toMatchObject({ table: 'NTANetAnalytics', time: '2026-02-06T23:58:59Z' })
    expect(row?.fields).toEqual({
      SubType: 'FlowLog',
      FaSchemaVersion: '3',
      SrcIp: '',
      DestIp: '10.1.5.6',
      FlowStartTime: '2026-02-06T23:58:59Z',
    })
  })
})

test.each([
  ['10.0.0.1', '192.168.4.4', 'UnknownPrivate'],
  ['172.31.255.255', '172.32.0.0', 'ExternalPublic'],
  ['10.0.0.1', '168.63.129.16', 'AzurePublic'],
  ['8.8.8.8', '9.9.9.9', 'Unknown'],
  ['10.0.0.1', '255.255.255.255', 'Unknown'],
  ['fd00::1', '2001:db8::1', 'ExternalPublic'],
  ['fe80::1', 'fd00::1', 'Unknown'],
])('%s and %s: %s', (source, destination, type) => {
  expect(flowType(source, destination)).toBe(type)
  expect(flowType(destination, source)).toBe(type)
})

test('the addresses of ranges', () => {
  expect(['100.64.0.1', '169.254.1.1', '127.0.0.1', '224.0.0.1', '203.0.113.9', '::1'].map(addressKind)).toEqual([
    'private',
    'other',
    'other',
    'other',
    'public',
    'other',
  ])
})

describe('bad input', () => {
  const good = '1487282421,10.0.0.5,10.0.0.4,61213,53,U,O,A'
  test.each([
    ['1487282421,10.0.0.5,10.0.0.4,61213,53,U,O', '8 or 13 parts'],
    ['soon,10.0.0.5,10.0.0.4,61213,53,U,O,A', "'soon' is no time"],
    ['1487282421,10.0.0,10.0.0.4,61213,53,U,O,A', "'10.0.0' is no IP address"],
    ['1487282421,10.0.0.5,10.0.0.4,61213,70000,U,O,A', "'70000' is no port"],
    ['1487282421,10.0.0.5,10.0.0.4,61213,53,X,O,A', "protocol 'X'"],
    ['1487282421,10.0.0.5,10.0.0.4,61213,53,U,?,A', "not '?'"],
    ['1487282421,10.0.0.5,10.0.0.4,61213,53,U,O,A,Z,,,,', "not 'Z'"],
    ['1487282421,10.0.0.5,10.0.0.4,61213,53,U,O,A,E,1,-2,0,0', "'-2' is no number"],
    [17, 'is a text'],
  ])('tuple %s: refused with its reason, its neighbours stored', async (tuple, reason) => {
    const [before, bad, after] = await decode(receiver, blob(groupRecord('r', good, tuple, good)))
    expect(before).toHaveProperty('table')
    expect(bad).toEqual({ rejected: expect.stringContaining(reason), raw: String(tuple) })
    expect(after).toHaveProperty('table')
  })

  test('other categories, records without flows', async () => {
    const other = await decode(
      receiver,
      blob({ category: 'AuditEvent' }, { ...groupRecord('r'), properties: {} }, groupRecord('r', good)),
    )
    expect(other.map((entry) => ('rejected' in entry ? entry.rejected : entry.table))).toEqual([
      "the category of a flow log is NetworkSecurityGroupFlowEvent or FlowLogFlowEvent, here it is 'AuditEvent'",
      'a record of an NSG flow log without flows',
      'AzureNetworkAnalytics_CL',
    ])
  })

  test('a truncated blob is malformed', async () => {
    const text = blob(groupRecord('r', good))
    await expect(decode(receiver, text.slice(0, -20))).rejects.toThrow(MalformedBody)
  })

  test('changed bytes are refused or stored, and nothing else', async () => {
    const text = blob(
      groupRecord('r', good, good),
      networkRecord('a', 'b', '1663146003606,10.0.0.6,10.0.0.7,1,443,6,O,E,NX,3,767,2,1580'),
    )
    for (const changed of mutations(text, 400, 11)) {
      const found = await decode(receiver, changed).catch((error: unknown) => error)
      if (found instanceof Error) expect(found).toBeInstanceOf(MalformedBody)
    }
  })
})

const samples = new URL('../../../../../shared/samples/', import.meta.url)

describe.skipIf(!existsSync(samples))('published records (skipped without ../shared)', () => {
  test.each([
    ['nsg-flow-logs.jsonl', 'AzureNetworkAnalytics_CL'],
    ['vnet-flow-logs.jsonl', 'NTANetAnalytics'],
  ])('%s: every tuple is a row of %s', async (file, table) => {
    const text = readFileSync(new URL(file, samples), 'utf8')
    const rows = await decodeRows(receiver, text)
    expect(rows).toHaveLength([...text.matchAll(/"\d{10,13},/g)].length)
    const columns = columnsOf(openContent(), table)
    for (const row of rows) {
      expect(row.table).toBe(table)
      expect(Object.keys(row.fields).filter((name) => !columns.has(name) && name !== 'SrcPort_d')).toEqual([])
    }
  })

  test('nta-traffic-analytics.jsonl: the flow is taken, what is no flow is refused', async () => {
    const [flow, insight] = await decode(receiver, readFileSync(new URL('nta-traffic-analytics.jsonl', samples)))
    const columns = columnsOf(openContent(), 'NTANetAnalytics')
    expect(flow).toMatchObject({ table: 'NTANetAnalytics', time: '2022-02-06T23:58:59Z' })
    if (flow && 'fields' in flow) expect(Object.keys(flow.fields).filter((name) => !columns.has(name))).toEqual([])
    expect(insight).toHaveProperty('rejected')
  })
})
