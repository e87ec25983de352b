// ContainerImageInventory: the images of each node, and how many of its containers come from each.
// A kubelet tells of its fifty largest images unless set otherwise (nodeStatusMaxImages).
import { type Cluster, sourceColumns } from '../../../container-insights/cluster.ts'
import { type ContainerImageInventoryRow, containerState, imageSize } from '../../../container-insights/pods.ts'
import type { Node } from '../objects.ts'
import type { ContainerStatus, Pod } from '../pods.ts'
import { imageColumns } from './pods.ts'

export function* imageRows(
  cluster: Cluster,
  time: string,
  nodes: Iterable<Node>,
  pods: Iterable<Pod>,
): Generator<ContainerImageInventoryRow> {
  const podsByNode = Map.groupBy(pods, ({ node }) => node)
  for (const node of nodes) {
    const containers = (podsByNode.get(node.name) ?? []).flatMap(({ statuses }) => statuses)
    for (const { names, bytes } of node.images) {
      const tag = names.find((name) => !name.includes('@'))
      const digest = names.find((name) => name.includes('@'))
      const own = containers.filter(({ imageId, image }) => names.includes(imageId) || names.includes(image))
      const states = own.map(stateOf)
      const count = (wanted: string) => states.filter((state) => state === wanted).length
      const size = imageSize(bytes)
      yield {
        TimeGenerated: time,
        Computer: node.name,
        ...imageColumns(tag ?? digest ?? '', digest ?? ''),
        ImageSize: size,
        VirtualSize: size,
        Running: count('Running'),
        Stopped: count('Terminated') + count('Waiting'),
        Failed: count('Failed'),
        Paused: 0,
        TotalContainer: own.length,
        ...sourceColumns(cluster),
      }
    }
  }
}

function stateOf({ state, process }: ContainerStatus): string {
  return containerState(state, process.exitCode ?? 0)
}
