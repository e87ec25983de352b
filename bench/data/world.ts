// Names that all generated tables share.

const range = (count: number) => Array.from({ length: count }, (_, n) => n)

export const subscription = '00000000-0000-0000-0000-000000000001'
export const firewallId = `/subscriptions/${subscription}/resourcegroups/rg-hub/providers/microsoft.network/azurefirewalls/fw-01`
export const clusterId = `/subscriptions/${subscription}/resourcegroups/rg-app/providers/microsoft.containerservice/managedclusters/aks-01`
export const registryId = `/subscriptions/${subscription}/resourcegroups/rg-app/providers/microsoft.containerregistry/registries/acr01`

export const namespaces = [
  'kube-system',
  'shop',
  'billing',
  'ingress-nginx',
  'flux-system',
  ...range(45).map((n) => `team-${n}`),
]
export const nodes = range(40).map((n) => `aks-pool${n % 3}-12345678-vmss${n.toString().padStart(6, '0')}`)
/** Pods with their namespace and node; enough for thousands of keys. */
export const pods = range(3_800).map((n) => ({
  name: `app-${n % 190}-${((n * 7919) % 65_536).toString(16).padStart(4, '0')}-${n.toString(36)}`,
  namespace: namespaces[n % namespaces.length] ?? '',
  node: nodes[n % nodes.length] ?? '',
  container: `app-${n % 190}`,
}))
export const hosts = [
  ...range(400).map((n) => `api${n}.example.com`),
  ...range(80).map((n) => `cdn${n}.example.net`),
  'bad.example.org',
]
export const users = [
  'system:serviceaccount:kube-system:controller',
  'system:node',
  ...range(60).map((n) => `system:serviceaccount:team-${n % 45}:worker-${n}`),
  ...range(25).map((n) => `user${n}@contoso.com`),
]
export const repositories = range(120).map((n) => `live/service-${n}`)
