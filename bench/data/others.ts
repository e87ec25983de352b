// Rows of the other tables: container logs, registry events, pod inventory.
import type { Random } from './random.ts'
import { clusterId, pods, registryId, repositories } from './world.ts'

const words = 'order payment customer shipment retry upstream cache session token queue worker request response'.split(
  ' ',
)

export function containerLogRow(random: Random, time: string): object {
  const pod = random.skewed(pods)
  const failed = random.next() < 0.03
  const text = failed
    ? `ERROR ${random.pick(words)} ${random.pick(words)} failed after ${random.int(9_000)} ms: connection to ${random.pick(words)}-${random.int(40)} was reset`
    : `INFO ${random.pick(words)} ${random.hex(8)} handled in ${random.int(900)} ms, ${random.pick(words)}=${random.int(1_000)}`
  return {
    TimeGenerated: time,
    Computer: pod.node,
    ContainerId: `${pod.name}-c`,
    ContainerName: pod.container,
    PodName: pod.name,
    PodNamespace: pod.namespace,
    LogMessage: JSON.stringify(text),
    LogSource: failed ? 'stderr' : 'stdout',
    LogLevel: failed ? 'error' : 'info',
    KubernetesMetadata: JSON.stringify({
      image: pod.container,
      imageRepo: 'acr01.azurecr.io',
      imageTag: `1.${random.int(9)}`,
    }),
    _ResourceId: clusterId,
  }
}

export function registryRow(random: Random, time: string): object {
  const pull = random.next() < 0.9
  return {
    TimeGenerated: time,
    OperationName: pull ? 'Pull' : random.pick(['Push', 'importImage', 'Delete']),
    LoginServer: 'acr01.azurecr.io',
    Identity: random.hex(2),
    Repository: random.skewed(repositories),
    Tag: `1.${random.int(400)}`,
    Digest: `sha256:${random.int(20_000).toString(16).padStart(8, '0')}`,
    MediaType: 'application/vnd.oci.image.manifest.v1+json',
    Size: 500 + random.int(90_000),
    CorrelationId: `${random.hex(8)}-${random.hex(4)}-4${random.hex(3)}`,
    Region: random.pick(['centralus', 'eastus2']),
    ResultType: random.next() < 0.01 ? 'HttpStatusCode' : '',
    CallerIpAddress: `10.240.8.${random.int(254)}`,
    DurationMs: String(Math.floor(random.next() ** 4 * 20_000)),
    UserAgent: 'containerd/1.7',
    _ResourceId: registryId,
  }
}

export function podInventoryRow(random: Random, time: string): object {
  const pod = random.pick(pods)
  return {
    TimeGenerated: time,
    Computer: pod.node,
    ClusterId: clusterId,
    ClusterName: 'aks-01',
    PodUid: `${pod.name}-uid`,
    PodCreationTimeStamp: time,
    PodRestartCount: random.next() < 0.05 ? random.int(9) : 0,
    ControllerKind: 'ReplicaSet',
    ControllerName: pod.container,
    ContainerStatus: 'running',
    Name: pod.name,
    PodLabel: JSON.stringify([{ app: pod.container, 'pci-scope': 'in-scope' }]),
    Namespace: pod.namespace,
    PodStatus: random.next() < 0.01 ? random.pick(['Failed', 'Pending']) : 'Running',
    PodIp: `10.240.12.${random.int(254)}`,
    _ResourceId: clusterId,
  }
}
