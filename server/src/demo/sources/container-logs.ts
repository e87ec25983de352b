// Output of the containers: ContainerLogV2, one source for each family of writers.
import type { Slot } from '../time.ts'
import type { World } from '../world.ts'
import { application } from './logs/application.ts'
import { baseline } from './logs/baseline.ts'
import { ingress } from './logs/ingress.ts'
import { type Line, logRow } from './logs/line.ts'
import { gatekeeper, policyAddon } from './logs/policy.ts'
import { system } from './logs/system.ts'
import { tableSource } from './source.ts'

function logSource(name: string, lines: (world: World, slot: Slot) => Iterable<Line>) {
  return tableSource(
    'cluster',
    'ContainerLogV2',
    function* (world, slot) {
      for (const line of lines(world, slot)) {
        const row = logRow(world, line)
        if (row !== undefined) yield row
      }
    },
    name,
  )
}

export const containerLogSources = [
  logSource('logs-application', application),
  logSource('logs-ingress', ingress),
  logSource('logs-policy-addon', policyAddon),
  logSource('logs-gatekeeper', gatekeeper),
  logSource('logs-baseline', baseline),
  logSource('logs-system', system),
]
