// What the platform itself runs in kube-system, as data.
import { type ContainerSpec, daemon, type Workload } from './workload.ts'

function system(name: string, replicas: number, service: boolean, ...specs: readonly ContainerSpec[]): Workload {
  return {
    namespace: 'kube-system',
    name,
    kind: 'Deployment',
    replicas,
    pool: 'npsystem',
    labels: { 'k8s-app': name, 'kubernetes.azure.com/managedby': 'aks' },
    containers: specs,
    ...(service ? { service: name } : {}),
  }
}

export const systemDaemons: readonly Workload[] = [
  daemon(
    'kube-system',
    'ama-logs',
    {
      name: 'ama-logs',
      image: 'mcr.microsoft.com/azuremonitor/containerinsights/ciprod:3.1.24',
      cpu: 34,
      memory: 260,
      limits: { cpu: 500, memory: 1024 },
    },
    {
      name: 'addon-token-adapter',
      image: 'mcr.microsoft.com/aks/msi/addon-token-adapter:master.240920.1',
      cpu: 1,
      memory: 14,
    },
  ),
  daemon('kube-system', 'ama-metrics-node', {
    name: 'prometheus-collector',
    image: 'mcr.microsoft.com/azuremonitor/containerinsights/prometheus-collector:6.10.1',
    cpu: 30,
    memory: 300,
  }),
  daemon('kube-system', 'azure-npm', {
    name: 'azure-npm',
    image: 'mcr.microsoft.com/containernetworking/azure-npm:v1.5.37',
    cpu: 9,
    memory: 62,
    limits: { cpu: 250, memory: 300 },
    ports: [10091],
  }),
  daemon('kube-system', 'cloud-node-manager', {
    name: 'cloud-node-manager',
    image: 'mcr.microsoft.com/oss/kubernetes/azure-cloud-node-manager:v1.30.5',
    cpu: 1,
    memory: 19,
  }),
  daemon('kube-system', 'kube-proxy', {
    name: 'kube-proxy',
    image: 'mcr.microsoft.com/oss/kubernetes/kube-proxy:v1.30.6',
    cpu: 3,
    memory: 31,
  }),
  daemon(
    'kube-system',
    'csi-azuredisk-node',
    { name: 'azuredisk', image: 'mcr.microsoft.com/oss/kubernetes-csi/azuredisk-csi:v1.30.4', cpu: 2, memory: 24 },
    {
      name: 'node-driver-registrar',
      image: 'mcr.microsoft.com/oss/kubernetes-csi/csi-node-driver-registrar:v2.11.1',
      cpu: 1,
      memory: 9,
    },
  ),
  daemon(
    'kube-system',
    'csi-azurefile-node',
    { name: 'azurefile', image: 'mcr.microsoft.com/oss/kubernetes-csi/azurefile-csi:v1.30.5', cpu: 2, memory: 23 },
    {
      name: 'node-driver-registrar',
      image: 'mcr.microsoft.com/oss/kubernetes-csi/csi-node-driver-registrar:v2.11.1',
      cpu: 1,
      memory: 9,
    },
  ),
  daemon('kube-system', 'aks-secrets-store-csi-driver', {
    name: 'secrets-store',
    image: 'mcr.microsoft.com/oss/kubernetes-csi/secrets-store/driver:v1.4.5',
    cpu: 3,
    memory: 33,
    limits: { cpu: 200, memory: 200 },
  }),
  daemon('kube-system', 'aks-secrets-store-provider-azure', {
    name: 'provider-azure-installer',
    image: 'mcr.microsoft.com/oss/azure/secrets-store/provider-azure:v1.5.3',
    cpu: 2,
    memory: 22,
    limits: { cpu: 100, memory: 100 },
  }),
  daemon('kube-system', 'microsoft-defender-collector-ds', {
    name: 'microsoft-defender-low-level-collector',
    image: 'mcr.microsoft.com/azuredefender/stable/low-level-collector:2.0.186',
    cpu: 22,
    memory: 88,
    limits: { cpu: 150, memory: 128 },
  }),
  daemon('kube-system', 'microsoft-defender-publisher-ds', {
    name: 'microsoft-defender-publisher',
    image: 'mcr.microsoft.com/azuredefender/stable/security-publisher:1.0.190',
    cpu: 5,
    memory: 38,
    limits: { cpu: 60, memory: 200 },
  }),
]

export const systemDeployments: readonly Workload[] = [
  {
    ...system('coredns', 2, true, {
      name: 'coredns',
      image: 'mcr.microsoft.com/oss/kubernetes/coredns:v1.9.4-hotfix.20240704',
      cpu: 7,
      memory: 34,
      limits: { cpu: 3000, memory: 500 },
      ports: [53],
    }),
    service: 'kube-dns',
  },
  system('coredns-autoscaler', 1, false, {
    name: 'autoscaler',
    image: 'mcr.microsoft.com/oss/kubernetes/autoscaler/cluster-proportional-autoscaler:v1.8.11',
    cpu: 1,
    memory: 13,
    limits: { cpu: 200, memory: 500 },
  }),
  system('konnectivity-agent', 2, false, {
    name: 'konnectivity-agent',
    image: 'mcr.microsoft.com/oss/kubernetes/apiserver-network-proxy/agent:v0.30.3',
    cpu: 4,
    memory: 26,
  }),
  system('metrics-server', 2, true, {
    name: 'metrics-server',
    image: 'mcr.microsoft.com/oss/kubernetes/metrics-server:v0.7.2',
    cpu: 4,
    memory: 41,
    limits: { cpu: 145, memory: 404 },
    ports: [4443],
  }),
  system('azure-policy', 1, false, {
    name: 'azure-policy',
    image: 'mcr.microsoft.com/azure-policy/policy-kubernetes-addon-prod:1.8.0',
    cpu: 3,
    memory: 61,
    limits: { cpu: 100, memory: 200 },
  }),
  system('azure-policy-webhook', 1, true, {
    name: 'azure-policy-webhook',
    image: 'mcr.microsoft.com/azure-policy/policy-kubernetes-webhook:1.8.0',
    cpu: 2,
    memory: 36,
    limits: { cpu: 100, memory: 200 },
  }),
  system('ama-logs-rs', 1, false, {
    name: 'ama-logs',
    image: 'mcr.microsoft.com/azuremonitor/containerinsights/ciprod:3.1.24',
    cpu: 26,
    memory: 240,
    limits: { cpu: 1000, memory: 1536 },
  }),
  system('ama-metrics', 2, false, {
    name: 'prometheus-collector',
    image: 'mcr.microsoft.com/azuremonitor/containerinsights/prometheus-collector:6.10.1',
    cpu: 52,
    memory: 510,
  }),
  system('ama-metrics-ksm', 1, true, {
    name: 'ama-metrics-ksm',
    image: 'mcr.microsoft.com/oss/kubernetes/kube-state-metrics:v2.12.0',
    cpu: 4,
    memory: 37,
  }),
  system('osm-controller', 1, true, {
    name: 'osm-controller',
    image: 'mcr.microsoft.com/oss/openservicemesh/osm-controller:v1.2.9',
    cpu: 6,
    memory: 55,
    limits: { cpu: 1500, memory: 1024 },
  }),
  system('osm-injector', 1, true, {
    name: 'osm-injector',
    image: 'mcr.microsoft.com/oss/openservicemesh/osm-injector:v1.2.9',
    cpu: 3,
    memory: 43,
    limits: { cpu: 500, memory: 64 },
  }),
]
