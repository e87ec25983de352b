// All plug-ins of `evaluate`, by name. What is not here is refused, with its place.

import { activityCountsMetrics, activityMetrics, newActivityMetrics } from './activity.ts'
import { bagUnpack } from './bag-unpack.ts'
import { dcountIntersect } from './dcount-intersect.ts'
import type { Plugin } from './define.ts'
import { geoLineLookup, geoPolygonLookup } from './geo-lookup.ts'
import { ipv4Lookup, ipv6Lookup } from './ip-lookup.ts'
import { narrow } from './narrow.ts'
import { autocluster, basket, diffpatterns } from './patterns.ts'
import { pivot } from './pivot.ts'
import { preview } from './preview.ts'
import { sequenceDetect } from './sequence-detect.ts'
import { activeUsersCount, rollingPercentile, rowsNear, slidingWindowCounts } from './windows.ts'

export const plugins: Readonly<Record<string, Plugin>> = {
  active_users_count: activeUsersCount,
  activity_counts_metrics: activityCountsMetrics,
  activity_metrics: activityMetrics,
  autocluster,
  bag_unpack: bagUnpack,
  basket,
  dcount_intersect: dcountIntersect,
  diffpatterns,
  geo_line_lookup: geoLineLookup,
  geo_polygon_lookup: geoPolygonLookup,
  ipv4_lookup: ipv4Lookup,
  ipv6_lookup: ipv6Lookup,
  narrow,
  new_activity_metrics: newActivityMetrics,
  pivot,
  preview,
  rolling_percentile: rollingPercentile,
  rows_near: rowsNear,
  sequence_detect: sequenceDetect,
  sliding_window_counts: slidingWindowCounts,
}
