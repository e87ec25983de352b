// Rows of the recorded cluster: what each column means is written in the table reference and the agent's documentation,
// https://learn.microsoft.com/azure/azure-monitor/reference/tables-category#containers
import { expect, test } from 'vitest'
import { recordedCluster } from '../../../../test/kubernetes/api-server.ts'
import type { Kind } from '../api/mirror.ts'
import { eventKind, eventRow } from '../events.ts'
import { autoscalerKind, deploymentKind, nodeKind, serviceKind, volumeKind } from '../objects.ts'
import { podKind } from '../pods.ts'
import { autoscalerRow, containerLimitRows, deploymentRow, gpuRows, nodeCapacityRows } from './capacity.ts'
import { imageRows } from './images.ts'
import { containerNodeRow, nodeRow, serviceRow, volumeRow } from './objects.ts'
import { containerRows, imageColumns, podRows } from './pods.ts'

const records = recordedCluster(Date.parse('2024-05-01T10:00:00Z'))
const time = '2024-05-01T10:00:00Z'
const id = '/subscriptions/1/resourceGroups/Shops/providers/Microsoft.ContainerService/managedClusters/blue'
const cluster = { id, name: 'blue' }
const named = { ClusterId: id, ClusterName: 'blue', SourceSystem: 'Containers', _ResourceId: id.toLowerCase() }

function kept<T>(kind: Kind<T>): T[] {
  return (records[kind.resource] ?? []).flatMap((object) => kind.keep(object) ?? [])
}
const pods = kept(podKind({ environment: true }))
const nodes = kept(nodeKind)
const services = kept(serviceKind)

test('KubePodInventory: a row for each container', () => {
  const rows = [...podRows(cluster, time, pods, services)]
  expect(rows).toHaveLength(8)
  const web = rows.find(({ ContainerName }) => ContainerName?.endsWith('/web'))
  expect(web).toEqual({
    TimeGenerated: time,
    ...named,
    Computer: 'node-a',
    Name: 'web-6d4b9c7f5d-x2x9k',
    Namespace: 'shop',
    PodUid: '7c1e0001-0000-4000-8000-000000000001',
    PodLabel: '[{"app":"web","pod-template-hash":"6d4b9c7f5d"}]',
    PodStatus: 'Running',
    PodIp: '10.244.0.11',
    PodCreationTimeStamp: '2024-05-01T08:00:00Z',
    PodStartTime: '2024-05-01T08:00:01Z',
    PodRestartCount: 2,
    // The selector of web-canary asks for one more label, that of kubernetes for nothing.
    ServiceName: 'web',
    ControllerKind: 'ReplicaSet',
    ControllerName: 'web-6d4b9c7f5d',
    InstanceName: '7c1e0001-0000-4000-8000-000000000001/web',
    ContainerName: '7c1e0001-0000-4000-8000-000000000001/web',
    ContainerID: 'c0ffee0000000000000000000000000000000000000000000000000000000002',
    ContainerStatus: 'running',
    ContainerStatusReason: '',
    ContainerRestartCount: 2,
    ContainerLastStatus:
      '{"lastState":"terminated","reason":"OOMKilled","startedAt":"2024-05-01T08:00:05Z","finishedAt":"2024-05-01T08:59:50Z"}',
    ContainerCreationTimeStamp: '2024-05-01T09:00:00Z',
    ContainerStartTime: '2024-05-01T09:00:00Z',
  })
})

test.each([
  [
    'cart-5f7d8-aaaaa',
    {
      PodStatus: 'Running',
      ContainerStatus: 'waiting',
      ContainerStatusReason: 'CrashLoopBackOff',
      ContainerRestartCount: 5,
    },
  ],
  ['waiting-0', { PodStatus: 'Pending', Computer: '', PodIp: '', ControllerKind: 'StatefulSet', PodRestartCount: 0 }],
  [
    'nightly-28571040-q8w2z',
    { PodStatus: 'Failed', ContainerStatus: 'terminated', ContainerStatusReason: 'Error', ControllerKind: 'Job' },
  ],
  ['leaving-1', { PodStatus: 'Terminating', ContainerStatus: 'running', ControllerKind: '', ControllerName: '' }],
  // By the name that the kubelet's counters have.
  ['kube-scheduler-node-a', { PodUid: '5ca1ab1e5ca1ab1e5ca1ab1e5ca1ab1e', ContainerID: 'ace0' }],
])('KubePodInventory: %s', (name, columns) => {
  const row = [...podRows(cluster, time, pods, services)].find(({ Name }) => Name === name)
  expect(row).toMatchObject(columns)
})

test('a pod that waits for a node has no times and no container', () => {
  const row = [...podRows(cluster, time, pods, services)].find(({ Name }) => Name === 'waiting-0')
  expect(Object.keys(row ?? {}).filter((column) => /^Container|PodStartTime|InstanceName/.test(column))).toEqual([])
})

test('ContainerInventory: images, states, variables', () => {
  const rows = [...containerRows(cluster, time, pods)]
  expect(rows).toHaveLength(7)
  const of = (name: string) => rows.find(({ Name }) => Name.startsWith(`k8s_${name}_`))
  expect(of('web')).toEqual({
    TimeGenerated: time,
    Computer: 'node-a',
    ContainerID: 'c0ffee0000000000000000000000000000000000000000000000000000000002',
    Name: 'k8s_web_web-6d4b9c7f5d-x2x9k_shop_7c1e0001-0000-4000-8000-000000000001_2',
    ContainerHostname: 'web-6d4b9c7f5d-x2x9k',
    ImageID: 'sha256:11aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11aa11aa',
    Repository: 'registry.example.net:5000',
    Image: 'shop/web',
    ImageTag: '1.4',
    ContainerState: 'Running',
    Ports: '[{"containerPort":8080,"protocol":"TCP"}]',
    ExitCode: 0,
    // The value of a secret is not read.
    EnvironmentVar: '["REGION=north","PASSWORD="]',
    Command: '["/app/web","--port=8080"]',
    CreatedTime: '2024-05-01T08:00:00Z',
    StartedTime: '2024-05-01T09:00:00Z',
    SourceSystem: 'Containers',
    _ResourceId: id.toLowerCase(),
  })
  expect(of('migrate')).toMatchObject({ ContainerState: 'Terminated', FinishedTime: '2024-05-01T08:00:03Z' })
  expect(of('report')).toMatchObject({ ContainerState: 'Failed', ExitCode: 2 })
  expect(of('cart')).toMatchObject({ ContainerState: 'Waiting', ExitCode: 0, Repository: 'shop', Image: 'cart' })
  expect(of('proxy')).toMatchObject({ EnvironmentVar: '["AZMON_COLLECT_ENV=FALSE"]' })
})

test('variables of containers can be left out', () => {
  const without = kept(podKind({ environment: false }))
  const variables = new Set([...containerRows(cluster, time, without)].map(({ EnvironmentVar }) => EnvironmentVar))
  expect([...variables]).toEqual(['["AZMON_CLUSTER_COLLECT_ENV_VAR=FALSE"]'])
})

test.each([
  ['nginx', '', ['', '', 'nginx', 'latest']],
  ['nginx:1.27', 'docker.io/library/nginx@sha256:aa', ['sha256:aa', '', 'nginx', '1.27']],
  ['mcr.example/a/b:2', 'sha256:bb', ['sha256:bb', 'mcr.example', 'a/b', '2']],
  ['host:5000/a', '', ['', 'host:5000', 'a', 'latest']],
  ['host/a@sha256:cc', '', ['sha256:cc', 'host', 'a', '']],
  ['host/a:3@sha256:cc', '', ['sha256:cc', 'host', 'a', '3']],
])('image %s', (name, imageId, [ImageID, Repository, Image, ImageTag]) => {
  expect(imageColumns(name, imageId)).toEqual({ ImageID, Repository, Image, ImageTag })
})

test('ContainerImageInventory counts the containers of each image on its node', () => {
  const rows = [...imageRows(cluster, time, nodes, pods)]
  expect(
    rows.map(({ Computer, Image, ImageTag, ImageSize, Running, Stopped, Failed, TotalContainer }) => [
      Computer,
      Image,
      ImageTag,
      ImageSize,
      Running,
      Stopped,
      Failed,
      TotalContainer,
    ]),
  ).toEqual([
    ['node-a', 'shop/web', '1.4', '52.4MB', 1, 0, 0, 1],
    ['node-a', 'library/busybox', 'latest', '2.2MB', 1, 1, 0, 2],
  ])
})

test('KubeNodeInventory and ContainerNodeInventory', () => {
  const [a, b] = nodes
  expect(nodeRow(cluster, time, a!)).toEqual({
    TimeGenerated: time,
    Computer: 'node-a',
    Labels: '[{"agentpool":"npuser","kubernetes.io/os":"linux","kubernetes.io/arch":"amd64"}]',
    Status: 'DiskPressure,Ready',
    KubernetesProviderID: 'azure',
    LastTransitionTimeReady: '2024-04-20T08:00:20Z',
    CreationTimeStamp: '2024-04-20T08:00:00Z',
    KubeletVersion: 'v1.30.6',
    KubeProxyVersion: 'v1.30.6',
    OperatingSystem: 'Ubuntu 22.04.5 LTS',
    DockerVersion: 'containerd://1.7.23-1',
    ...named,
  })
  expect(nodeRow(cluster, time, b!)).toMatchObject({ Status: '', KubernetesProviderID: 'onprem' })
  expect(containerNodeRow(cluster, time, b!)).toMatchObject({ Computer: 'node-b', DockerVersion: '20.10.25' })
})

test('KubeServices and KubePVInventory', () => {
  expect(services.map((service) => serviceRow(cluster, time, service))[2]).toEqual({
    TimeGenerated: time,
    ServiceName: 'web',
    Namespace: 'shop',
    ServiceType: 'LoadBalancer',
    ClusterIp: '10.0.0.8',
    SelectorLabels: '[{"app":"web"}]',
    ...named,
  })
  const volumes = kept(volumeKind).map((volume) => volumeRow(cluster, time, volume))
  expect(volumes).toEqual([
    {
      TimeGenerated: time,
      PVName: 'pvc-1f',
      PVStatus: 'Bound',
      PVAccessModes: 'ReadWriteOnce, ReadWriteMany',
      PVStorageClassName: 'managed-csi',
      PVCapacityBytes: 8_589_934_592,
      PVCreationTimeStamp: '2024-04-21T08:00:00Z',
      PVCName: 'data-db-0',
      PVCNamespace: 'shop',
      PVType: 'csi',
      PVTypeInfo: { driver: 'disk.csi.azure.com', volumeHandle: '/subscriptions/1/disks/pvc-1f' },
      ...named,
    },
    expect.objectContaining({
      PVName: 'archive',
      PVStorageClassName: '',
      PVCapacityBytes: 5_000_000_000,
      PVType: 'azureFile',
      PVTypeInfo: { FileShareName: 'archive' },
    }),
  ])
})

test('KubeEvents: of old and new components', () => {
  const rows = kept(eventKind(true)).map((event) => eventRow(cluster, event))
  expect(rows[0]).toEqual({
    TimeGenerated: '2024-05-01T09:59:00Z',
    Computer: 'node-b',
    ObjectKind: 'Pod',
    Namespace: 'shop',
    Name: 'cart-5f7d8-aaaaa',
    Reason: 'BackOff',
    Message: 'Back-off restarting failed container cart',
    KubeEventType: 'Warning',
    SourceComponent: 'kubelet',
    FirstSeen: '2024-05-01T09:31:00Z',
    LastSeen: '2024-05-01T09:59:00Z',
    Count: 41,
    ...named,
  })
  expect(rows[1]).toMatchObject({
    TimeGenerated: '2024-05-01T09:58:00.654321Z',
    Computer: '',
    SourceComponent: 'default-scheduler',
    FirstSeen: '2024-05-01T09:55:00.123456Z',
    LastSeen: '2024-05-01T09:58:00.654321Z',
    Count: 3,
  })
})

test('Perf: capacity of nodes, requests and limits of containers', () => {
  const capacity = [...nodeCapacityRows(cluster, time, nodes)]
  expect(capacity[0]).toEqual({
    TimeGenerated: time,
    Computer: 'node-a',
    ObjectName: 'K8SNode',
    CounterName: 'cpuCapacityNanoCores',
    InstanceName: `${id}/node-a`,
    CounterValue: 4_000_000_000,
    SourceSystem: 'Containers',
    _ResourceId: id.toLowerCase(),
  })
  expect(capacity.map(({ CounterName, CounterValue }) => [CounterName, CounterValue]).slice(1, 4)).toEqual([
    ['memoryCapacityBytes', 16_393_244 * 1024],
    ['cpuAllocatableNanoCores', 3_860_000_000],
    ['memoryAllocatableBytes', 13_500 * 1_048_576],
  ])
  const limits = [...containerLimitRows(cluster, time, pods, nodes)]
  const of = (name: string) =>
    limits
      .filter(({ InstanceName }) => InstanceName.endsWith(name))
      .map(({ CounterName, CounterValue }) => [CounterName, CounterValue])
  expect(of('000001/web')).toEqual([
    ['cpuRequestNanoCores', 100_000_000],
    ['memoryRequestBytes', 128 * 1_048_576],
    // No limit of its own: what the node has to give.
    ['cpuLimitNanoCores', 3_860_000_000],
    ['memoryLimitBytes', 256 * 1_048_576],
  ])
  expect(of('/db')).toEqual([])
})

test('InsightsMetrics: deployments, autoscalers, graphics processors', () => {
  const tagsOf = (row: { readonly Tags: string }) => JSON.parse(row.Tags) as unknown
  const clusterTags = { 'container.azm.ms/clusterId': id, 'container.azm.ms/clusterName': 'blue' }
  const deployment = deploymentRow(cluster, time, 'node-a', kept(deploymentKind)[0]!)
  expect(deployment).toMatchObject({
    Origin: 'container.azm.ms',
    Namespace: 'container.azm.ms/kubestate',
    Name: 'kube_deployment_status_replicas_ready',
    Val: 2,
    Computer: 'node-a',
  })
  expect(tagsOf(deployment)).toEqual({
    ...clusterTags,
    k8sNamespace: 'shop',
    deployment: 'web',
    creationTime: '2024-04-21T08:00:00Z',
    deploymentStrategy: 'RollingUpdate',
    spec_replicas: 3,
    status_replicas_available: 2,
    status_replicas_updated: 3,
  })
  const scaler = autoscalerRow(cluster, time, 'node-a', kept(autoscalerKind)[0]!)
  expect(scaler).toMatchObject({ Name: 'kube_hpa_status_current_replicas', Val: 3 })
  expect(tagsOf(scaler)).toEqual({
    ...clusterTags,
    k8sNamespace: 'shop',
    hpa: 'web-scaler',
    creationTime: '2024-04-21T08:00:00Z',
    spec_min_replicas: 2,
    spec_max_replicas: 10,
    targetKind: 'Deployment',
    targetName: 'web',
    status_desired_replicas: 4,
    lastScaleTime: '2024-05-01T09:45:00Z',
  })
  expect([...gpuRows(cluster, time, nodes)].map(({ Computer, Name, Val }) => [Computer, Name, Val])).toEqual([
    ['node-a', 'nodeGpuCapacity', 1],
    ['node-a', 'nodeGpuAllocatable', 1],
  ])
})

test('what lacks a name or a time is no object', () => {
  for (const kind of [
    nodeKind,
    serviceKind,
    volumeKind,
    deploymentKind,
    autoscalerKind,
    podKind({ environment: true }),
  ]) {
    expect(kind.keep({ metadata: { uid: 'x' } })).toBeUndefined()
    expect(kind.keep({})).toBeUndefined()
  }
})
