// AzureDiagnostics rows: firewall texts in msg_s, Kubernetes audit documents of about 1.5 KB in log_s, and rare others.
import type { Random } from './random.ts'
import { clusterId, firewallId, hosts, namespaces, pods, subscription, users } from './world.ts'

type Make = (random: Random, time: string) => object

const resource = (id: string, provider: string, type: string) => ({
  ResourceId: id.toUpperCase(),
  Resource: (id.split('/').at(-1) ?? '').toUpperCase(),
  ResourceGroup: (id.split('/')[4] ?? '').toUpperCase(),
  ResourceProvider: provider,
  ResourceType: type,
  SubscriptionId: subscription,
  _ResourceId: id,
})
const firewall = resource(firewallId, 'MICROSOFT.NETWORK', 'AZUREFIREWALLS')
const cluster = resource(clusterId, 'MICROSOFT.CONTAINERSERVICE', 'MANAGEDCLUSTERS')

const inside = (r: Random) => `10.240.${r.int(16)}.${r.int(254) + 1}`
const port = (r: Random) => 1024 + r.int(60_000)

const networkRule: Make = (r) => ({
  Category: 'AzureFirewallNetworkRule',
  OperationName: 'AzureFirewallNetworkRuleLog',
  ...firewall,
  msg_s: `${r.pick(['TCP', 'UDP', 'TCP'])} request from ${inside(r)}:${port(r)} to 20.${r.int(200)}.${r.int(255)}.${r.int(255)}:${r.pick([443, 123, 53, 8443])}. Action: ${r.next() < 0.08 ? 'Deny' : 'Allow'}. Rule Collection: net-${r.int(6)}. Rule: r${r.int(20)}`,
})

const applicationRule: Make = (r) => {
  const denied = r.next() < 0.05
  const verdict = denied
    ? 'Action: Deny. No rule matched. Proceeding with default action'
    : `Action: Allow. Rule Collection: app-${r.int(9)}. Rule: rule-${r.int(40)}`
  const needle = r.next() < 0.000_05 ? ` Session needle${r.int(10)}x4711` : ''
  return {
    Category: 'AzureFirewallApplicationRule',
    OperationName: 'AzureFirewallApplicationRuleLog',
    ...firewall,
    msg_s: `HTTPS request from ${inside(r)}:${port(r)} to ${denied && r.next() < 0.02 ? 'bad.example.org' : r.skewed(hosts)}:443. ${verdict}${needle}`,
  }
}

const dnsProxy: Make = (r) => ({
  Category: 'AzureFirewallDnsProxy',
  OperationName: 'AzureFirewallDnsProxyLog',
  ...firewall,
  msg_s: `DNS Request: ${inside(r)}:${port(r)} - ${r.int(60_000)} ${r.pick(['A', 'AAAA'])} IN ${r.skewed(hosts)}. udp ${40 + r.int(90)} false 512 ${r.next() < 0.03 ? 'NXDOMAIN' : 'NOERROR'} qr,rd,ra ${90 + r.int(300)} ${(r.next() / 50).toFixed(9)}s`,
})

const verbs = ['patch', 'update', 'create', 'patch', 'delete', 'update']
const kinds = ['leases', 'pods', 'events', 'configmaps', 'deployments', 'secrets', 'endpoints', 'nodes']
const statusText = 'condition has been evaluated by the controller and is reported as it was seen '

const audit: Make = (r, time) => {
  const verb = r.pick(verbs)
  const kind = r.skewed(kinds)
  const pod = r.skewed(pods)
  const code = r.next() < 0.02 ? 403 : verb === 'create' ? 201 : 200
  const document = {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'RequestResponse',
    auditID: `${r.hex(8)}-${r.hex(4)}-${r.hex(4)}-${r.hex(4)}-${r.hex(12)}`,
    stage: 'ResponseComplete',
    requestURI: `/api/v1/namespaces/${pod.namespace}/${kind}/${pod.name}?timeout=10s`,
    verb,
    user: { username: r.skewed(users), uid: r.hex(12), groups: ['system:serviceaccounts', 'system:authenticated'] },
    sourceIPs: [inside(r)],
    userAgent: r.pick(['kube-controller-manager/v1.30.3', 'kubectl/v1.30.1', 'flux/v2.3', 'kubelet/v1.30.3']),
    objectRef: { resource: kind, namespace: pod.namespace, name: pod.name, apiVersion: 'v1' },
    responseStatus: { metadata: {}, code },
    requestObject: {
      metadata: { labels: { app: pod.container, 'pci-scope': r.pick(['in-scope', 'out-of-scope']) } },
      status: {
        conditions: Array.from({ length: 4 }, (_, n) => ({
          type: `Condition${n}`,
          status: r.pick(['True', 'False', 'Unknown']),
          lastTransitionTime: time,
          message: `${statusText}${r.hex(16)}`,
        })),
      },
    },
    requestReceivedTimestamp: time,
    annotations: {
      'authorization.k8s.io/decision': code === 403 ? 'forbid' : 'allow',
      'authorization.k8s.io/reason': `RBAC: allowed by ClusterRoleBinding "binding-${r.int(30)}"`,
    },
  }
  return {
    Category: 'kube-audit-admin',
    OperationName: `Microsoft.ContainerService/managedClusters/diagnosticLogs/Read`,
    ...cluster,
    log_s: JSON.stringify(document),
  }
}

const autoscaler: Make = (r) => ({
  Category: 'cluster-autoscaler',
  OperationName: `Microsoft.ContainerService/managedClusters/diagnosticLogs/Read`,
  ...cluster,
  log_s: `I1124 10:00:00.${r.int(999_999)} 1 static_autoscaler.go:${200 + r.int(500)}] Calculating unneeded nodes in ${r.pick(namespaces)}`,
})

const mixture: readonly (readonly [number, Make])[] = [
  [0.42, networkRule],
  [0.7, applicationRule],
  [0.86, dnsProxy],
  [0.99, audit],
  [1, autoscaler],
]

export function diagnosticsRow(random: Random, time: string): object {
  const share = random.next()
  const make = mixture.find(([below]) => share < below)?.[1] ?? autoscaler
  return { TimeGenerated: time, ...make(random, time) }
}
