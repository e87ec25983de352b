// The table of all sources of the demo: a new one is a file of its own and a line here.
import { activitySources } from './activity.ts'
import { clusterObjectSources } from './cluster-objects.ts'
import { containerLogSources } from './container-logs.ts'
import { controlPlaneSources } from './control-plane.ts'
import { firewallSources } from './firewall.ts'
import { gatewaySources } from './gateway.ts'
import { insightsMetricsSources } from './insights-metrics.ts'
import { inventorySources } from './inventory.ts'
import { jumpBoxSources } from './jump-boxes.ts'
import { kubeEventSources } from './kube-events.ts'
import { networkSecuritySources } from './network-security.ts'
import { perfSources } from './perf.ts'
import { platformMetricSources } from './platform-metrics.ts'
import { registrySources } from './registry.ts'
import type { Source } from './source.ts'
import { usageSources } from './usage.ts'
import { vaultSources } from './vault.ts'

export const sources: readonly Source[] = [
  ...firewallSources,
  ...networkSecuritySources,
  ...platformMetricSources,
  ...controlPlaneSources,
  ...registrySources,
  ...vaultSources,
  ...gatewaySources,
  ...activitySources,
  ...containerLogSources,
  ...inventorySources,
  ...clusterObjectSources,
  ...kubeEventSources,
  ...perfSources,
  ...insightsMetricsSources,
  ...jumpBoxSources,
  ...usageSources,
]
