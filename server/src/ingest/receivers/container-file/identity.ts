// Which container a log file belongs to, by its name: kubelet's links and folders, and Docker's own files. Rotated files
// keep the name and get an ending.
// https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md

export interface ContainerIdentity {
  readonly pod?: string
  readonly namespace?: string
  readonly container?: string
  readonly containerId?: string
  readonly podUid?: string
}

type Shape = readonly [pattern: RegExp, names: readonly (keyof ContainerIdentity)[]]

const shapes: readonly Shape[] = [
  // /var/log/containers/<pod>_<namespace>_<container>-<id>.log
  [
    /(?:^|\/)([a-z0-9.-]+)_([a-z0-9-]+)_([a-z0-9-]+)-([0-9a-f]{64})\.log/,
    ['pod', 'namespace', 'container', 'containerId'],
  ],
  // /var/log/pods/<namespace>_<pod>_<uid>/<container>/<restarts>.log
  [
    /(?:^|\/)([a-z0-9-]+)_([a-z0-9.-]+)_([0-9a-f-]{32,36})\/([a-z0-9-]+)\/\d+\.log/,
    ['namespace', 'pod', 'podUid', 'container'],
  ],
  // /var/lib/docker/containers/<id>/<id>-json.log
  [/([0-9a-f]{64})-json\.log/, ['containerId']],
]

export function containerOf(path: string): ContainerIdentity {
  const plain = path.replaceAll('\\', '/')
  for (const [pattern, names] of shapes) {
    const match = pattern.exec(plain)
    if (match) return Object.fromEntries(names.map((name, index) => [name, match[index + 1]]))
  }
  return {}
}
