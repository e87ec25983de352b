// The kind of a flow by its two addresses, as far as addresses tell it: who owns a public address, and which network a
// private one belongs to, would need lists that a flow log does not carry.
// https://learn.microsoft.com/azure/network-watcher/traffic-analytics-schema#notes
import { BlockList, isIPv6 } from 'node:net'

export type FlowType = 'AzurePublic' | 'ExternalPublic' | 'UnknownPrivate' | 'Unknown'

export type AddressKind = 'private' | 'public' | 'other'

/** https://www.rfc-editor.org/rfc/rfc1918, rfc6598 (shared), rfc4193 (IPv6) */
const privateRanges = blockList(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'])

/** Addresses that no machine beyond the link has. https://www.iana.org/assignments/iana-ipv4-special-registry */
const otherRanges = blockList([
  '0.0.0.0/8',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/3',
  '::/127',
  'fe80::/10',
  'ff00::/8',
])

/** https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16 */
const platformAddress = '168.63.129.16'

export function addressKind(address: string): AddressKind {
  const family = isIPv6(address) ? 'ipv6' : 'ipv4'
  if (privateRanges.check(address, family)) return 'private'
  return otherRanges.check(address, family) ? 'other' : 'public'
}

export function flowType(source: string, destination: string): FlowType {
  const kinds = [addressKind(source), addressKind(destination)]
  if (kinds[0] === 'private' && kinds[1] === 'private') return 'UnknownPrivate'
  if (!kinds.includes('private') || !kinds.includes('public')) return 'Unknown'
  return source === platformAddress || destination === platformAddress ? 'AzurePublic' : 'ExternalPublic'
}

function blockList(ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', bits] = range.split('/')
    list.addSubnet(address, Number(bits), isIPv6(address) ? 'ipv6' : 'ipv4')
  }
  return list
}
