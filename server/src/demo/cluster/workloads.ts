// The table of all workloads of the demo cluster. The simulation of pods and the inventories read it.
import { chainApiImage } from './images.ts'
import { baselineDaemons, platform } from './platform-workloads.ts'
import { systemDaemons, systemDeployments } from './system-workloads.ts'
import { type Workload, workloadKey } from './workload.ts'

const quota = { cpu: 100, memory: 200 }

function chainService(namespace: 'a0005-i' | 'a0005-o', name: string): Workload {
  const scope = namespace === 'a0005-i' ? 'in-scope' : 'out-of-scope'
  return {
    namespace,
    name,
    kind: 'Deployment',
    replicas: 2,
    pool: namespace === 'a0005-i' ? 'npinscope01' : 'npooscope01',
    labels: {
      'app.kubernetes.io/name': name,
      'app.kubernetes.io/part-of': 'a0005',
      'pci-scope': scope,
      'osm-proxy-uuid': 'assigned-by-injector',
    },
    containers: [
      { name, image: chainApiImage('1.0'), cpu: 14, memory: 92, limits: quota, ports: [8080] },
      { name: 'envoy', image: 'mcr.microsoft.com/oss/envoyproxy/envoy:v1.27.2', cpu: 6, memory: 48 },
    ],
    service: name,
  }
}

export const workloads: readonly Workload[] = [
  chainService('a0005-i', 'web-frontend'),
  chainService('a0005-i', 'microservice-c'),
  chainService('a0005-o', 'microservice-a'),
  chainService('a0005-o', 'microservice-b'),
  ...platform,
  ...baselineDaemons,
  ...systemDaemons,
  ...systemDeployments,
]

const byKey = new Map(workloads.map((workload) => [workloadKey(workload), workload]))
export function workloadOf(key: string): Workload {
  const workload = byKey.get(key)
  if (workload === undefined) throw new Error(`No workload ${key} in the demo cluster`)
  return workload
}
