// The small talk of kube-system: name service, tunnels, agents. Little, but never silent.
import { type Random, random } from '../../random.ts'
import { due, iso, minute, type Slot, second } from '../../time.ts'
import type { World } from '../../world.ts'
import { type Line, type LogLevel, runningPods } from './line.ts'

interface Talk {
  readonly workload: string
  /** Lines expected in a slot from all pods together. */
  readonly rate: number
  readonly level: LogLevel
  readonly stderr: boolean
  text(at: number, r: Random): string
}

function klogPrefix(level: 'I' | 'W' | 'E', at: number): string {
  return `${level}${iso(at).slice(5, 7)}${iso(at).slice(8, 10)} ${iso(at).slice(11, 23)}000       1`
}

const talks: readonly Talk[] = [
  {
    workload: 'kube-system/coredns',
    rate: 0.22,
    level: 'info',
    stderr: false,
    text: (_, r) =>
      `[INFO] 10.240.${r.pick([12, 16])}.${r.int(5, 60)}:${r.int(32_768, 60_999)} - ${r.int(1, 65_535)} "A IN example.org. udp 29 false 512" NOERROR qr,rd,ra 56 0.00${r.int(1, 9)}s`,
  },
  {
    workload: 'kube-system/konnectivity-agent',
    rate: 0.2,
    level: 'info',
    stderr: true,
    text: (at, r) =>
      `${klogPrefix('I', at)} client.go:528] "remote connection EOF" connectionID=${r.int(1000, 99_999)}`,
  },
  {
    workload: 'kube-system/metrics-server',
    rate: 0.05,
    level: 'warning',
    stderr: true,
    text: (at, r) =>
      `${klogPrefix('W', at)} scraper.go:149] "Failed to scrape node" timeout="10s" attempt=${r.int(1, 2)}`,
  },
  {
    workload: 'kube-system/ama-logs',
    rate: 0.2,
    level: 'info',
    stderr: false,
    text: (at, r) => `${iso(at)}::FlushedRecords ContainerLogV2 records=${r.int(20, 180)} status=200`,
  },
  {
    workload: 'kube-system/microsoft-defender-publisher-ds',
    rate: 0.1,
    level: 'info',
    stderr: false,
    text: (at, r) => `{"time":"${iso(at)}","level":"INFO","component":"publisher","published":${r.int(1, 30)}}`,
  },
  {
    workload: 'kube-system/azure-npm',
    rate: 0.12,
    level: 'info',
    stderr: false,
    text: (at, r) =>
      `${iso(at).slice(0, 19).replace('T', ' ')} [1] policies=${r.int(17, 18)} ipsets=${r.int(58, 61)} applied`,
  },
  {
    workload: 'kube-system/osm-controller',
    rate: 0.05,
    level: 'info',
    stderr: false,
    text: (at) => `{"level":"info","component":"ads-server","time":"${iso(at)}","message":"Sent proxy update"}`,
  },
  {
    workload: 'kube-system/kube-proxy',
    rate: 0.03,
    level: 'info',
    stderr: true,
    text: (at, r) => `${klogPrefix('I', at)} proxier.go:796] "SyncProxyRules complete" elapsed="${r.int(20, 90)}ms"`,
  },
]

export function* system(world: World, slot: Slot): Generator<Line> {
  const r = random(world.environment.seed, 'system-logs', slot.start)
  for (const talk of talks) {
    for (let i = r.count(talk.rate); i > 0; i--) {
      const at = r.int(slot.start, slot.end - 1)
      const pods = runningPods(world, talk.workload, at)
      if (pods.length > 0)
        yield { pod: r.pick(pods), at, message: talk.text(at, r), level: talk.level, stderr: talk.stderr }
    }
  }
  const scaled = due(slot, 10 * minute, 5 * second)
  const pod = scaled === undefined ? undefined : runningPods(world, 'kube-system/coredns-autoscaler', scaled)[0]
  if (scaled !== undefined && pod !== undefined) {
    yield {
      pod,
      at: scaled,
      stderr: true,
      level: 'info',
      message: `${klogPrefix('I', scaled)} k8sclient.go:272] Cluster status: SchedulableNodes[${world.environment.nodes.length}]`,
    }
  }
}
