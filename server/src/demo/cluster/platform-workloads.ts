// The cluster's baseline, as data: policy, Flux, ingress, reboots, Falco and the placeholder agents.
import { daemon, type Workload } from './workload.ts'

export const baselineDaemons: readonly Workload[] = [
  {
    ...daemon('cluster-baseline-settings', 'kured', {
      name: 'kured',
      image: 'acr/live/kubereboot/kured:1.14.0',
      cpu: 2,
      memory: 21,
      limits: { cpu: 500, memory: 48 },
      ports: [8080],
    }),
    labels: { name: 'kured', 'pci-scope': 'in-scope' },
  },
  ...['dummy-av', 'dummy-fim'].map(
    (name): Workload => ({
      ...daemon('cluster-baseline-settings', name, {
        name,
        image: 'acr/live/library/busybox:1.37.0',
        cpu: 1,
        memory: 3,
        limits: { cpu: 10, memory: 20 },
        command: '/bin/sh -c while true; do echo; sleep 240; done',
      }),
      labels: { app: name, 'pci-scope': 'in-scope' },
    }),
  ),
  {
    ...daemon('falco-system', 'falco', {
      name: 'falco',
      image: 'acr/live/falcosecurity/falco-no-driver:0.39.2',
      cpu: 38,
      memory: 170,
      limits: { cpu: 1000, memory: 1024 },
    }),
    labels: { 'app.kubernetes.io/name': 'falco', 'pci-scope': 'in-scope' },
  },
]

export const platform: readonly Workload[] = [
  {
    namespace: 'gatekeeper-system',
    name: 'gatekeeper-controller',
    kind: 'Deployment',
    replicas: 2,
    pool: 'npsystem',
    labels: { app: 'gatekeeper', 'control-plane': 'controller-manager', 'gatekeeper.sh/operation': 'webhook' },
    containers: [
      {
        name: 'gatekeeper-controller-container',
        image: 'mcr.microsoft.com/oss/open-policy-agent/gatekeeper:v3.16.3',
        cpu: 12,
        memory: 96,
        limits: { cpu: 2000, memory: 2048 },
      },
    ],
    service: 'gatekeeper-webhook-service',
  },
  {
    namespace: 'gatekeeper-system',
    name: 'gatekeeper-audit',
    kind: 'Deployment',
    replicas: 1,
    pool: 'npsystem',
    labels: { app: 'gatekeeper', 'control-plane': 'audit-controller', 'gatekeeper.sh/operation': 'audit' },
    containers: [
      {
        name: 'gatekeeper-audit-container',
        image: 'mcr.microsoft.com/oss/open-policy-agent/gatekeeper:v3.16.3',
        cpu: 16,
        memory: 180,
        limits: { cpu: 2000, memory: 3072 },
      },
    ],
  },
  ...['source-controller', 'kustomize-controller'].map(
    (name): Workload => ({
      namespace: 'flux-system',
      name,
      kind: 'Deployment',
      replicas: 1,
      pool: 'npsystem',
      labels: { app: name, 'app.kubernetes.io/part-of': 'flux' },
      containers: [
        {
          name: 'manager',
          image: `mcr.microsoft.com/oss/fluxcd/${name}:v1.3.0`,
          cpu: 8,
          memory: 74,
          limits: { cpu: 1000, memory: 1024 },
        },
      ],
      ...(name === 'source-controller' ? { service: name } : {}),
    }),
  ),
  {
    namespace: 'ingress-nginx',
    name: 'ingress-nginx-controller',
    kind: 'Deployment',
    replicas: 2,
    pool: 'npinscope01',
    labels: {
      'app.kubernetes.io/name': 'ingress-nginx',
      'app.kubernetes.io/component': 'controller',
      'pci-scope': 'in-scope',
    },
    containers: [
      {
        name: 'controller',
        image: 'acr/live/ingress-nginx/controller:v1.11.3',
        cpu: 18,
        memory: 130,
        limits: { cpu: 1000, memory: 512 },
        ports: [80, 443, 10254],
      },
    ],
    service: 'ingress-nginx-controller',
  },
  ...['create', 'patch'].map(
    (step): Workload => ({
      namespace: 'ingress-nginx',
      name: `ingress-nginx-admission-${step}`,
      kind: 'Job',
      replicas: 1,
      pool: 'npinscope01',
      labels: {
        'app.kubernetes.io/name': 'ingress-nginx',
        'app.kubernetes.io/component': 'admission-webhook',
        'pci-scope': 'in-scope',
      },
      containers: [
        {
          name: step,
          image: 'acr/live/ingress-nginx/kube-webhook-certgen:v1.4.4',
          cpu: 1,
          memory: 8,
        },
      ],
    }),
  ),
]
