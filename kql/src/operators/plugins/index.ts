// All plug-ins of `evaluate`, by name. What is not here is refused, with its place.
import type { Plugin } from './define.ts'
import { bagUnpack } from './bag-unpack.ts'
import { ipv4Lookup, ipv6Lookup } from './ip-lookup.ts'
import { narrow } from './narrow.ts'
import { pivot } from './pivot.ts'

export const plugins: Readonly<Record<string, Plugin>> = {
  bag_unpack: bagUnpack,
  ipv4_lookup: ipv4Lookup,
  ipv6_lookup: ipv6Lookup,
  narrow,
  pivot,
}
