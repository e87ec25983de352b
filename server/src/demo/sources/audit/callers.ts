// Who calls the API server in the demo, and how it introduces itself.
import type { Pod } from '../../cluster/pods.ts'
import type { World } from '../../world.ts'
import { type AuditCall, controller, kubelet, serviceAccount } from './event.ts'

export type Caller = Pick<AuditCall, 'user' | 'agent' | 'address'>

const build = 'linux/amd64) kubernetes/59ef7e9'
/** Where calls of the hosted control plane come from. */
export const controlPlaneAddress = '172.31.20.112'

export function byKubelet(pod: Pick<Pod, 'node'>): Caller {
  return { user: kubelet(pod.node.name), agent: `kubelet/v1.30.6 (${build}`, address: pod.node.ip }
}

/** A controller of the controller manager. */
export function byManager(name: string): Caller {
  const agent = `kube-controller-manager/v1.30.6 (${build}/system:serviceaccount:kube-system:${name}`
  return { user: controller(name), agent, address: controlPlaneAddress }
}

/** The kured pod of the node, or another one while that is down. */
export function byKured(world: World, at: number, nodeName: string): Caller {
  const pods = world.podsOf('cluster-baseline-settings/kured', at)
  const pod = pods.find((candidate) => candidate.node.name === nodeName) ?? pods[0]!
  const agent = 'kured/v0.0.0 (linux/amd64) kubernetes/$Format'
  return { user: serviceAccount('cluster-baseline-settings', 'kured', pod), agent, address: pod.ip }
}
