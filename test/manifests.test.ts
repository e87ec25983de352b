// The manifests of deploy/kubernetes: they are complete, fit one another, and grant what the collectors ask for and nothing else.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { collect } from '../server/src/cli/collect.ts'
import type { Kind } from '../server/src/collect/kubernetes/api/mirror.ts'
import { eventKind } from '../server/src/collect/kubernetes/events.ts'
import {
  autoscalerKind,
  deploymentKind,
  nodeKind,
  serviceKind,
  volumeKind,
} from '../server/src/collect/kubernetes/objects.ts'
import { podKind } from '../server/src/collect/kubernetes/pods.ts'

interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
  readonly data?: Readonly<Record<string, string>>
  readonly rules?: readonly {
    readonly apiGroups: readonly string[]
    readonly resources: readonly string[]
    readonly verbs: readonly string[]
  }[]
  readonly roleRef?: { readonly kind: string; readonly name: string }
  readonly subjects?: readonly { readonly kind: string; readonly name: string; readonly namespace: string }[]
  readonly spec?: {
    readonly selector?: { readonly matchLabels?: Labels } & Labels
    readonly serviceName?: string
    readonly template?: { readonly metadata: { readonly labels: Labels }; readonly spec: PodSpec }
    readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string } }[]
    readonly ports?: readonly { readonly targetPort: string }[]
  }
}
type Labels = Readonly<Record<string, string>>
interface PodSpec {
  readonly serviceAccountName?: string
  readonly containers: readonly {
    readonly image: string
    readonly args: readonly string[]
    readonly env?: readonly { readonly name: string }[]
    readonly envFrom?: readonly { readonly configMapRef: { readonly name: string } }[]
    readonly ports?: readonly { readonly name: string }[]
    readonly volumeMounts: readonly { readonly name: string }[]
  }[]
  readonly volumes: readonly { readonly name: string }[]
}

const folder = fileURLToPath(new URL('../deploy/kubernetes/', import.meta.url))

function documents<T>(file: string): T[] {
  return parseAllDocuments(readFileSync(folder + file, 'utf8')).map((document) => {
    expect(document.errors, file).toEqual([])
    return document.toJS() as T
  })
}

function manifestsOf(place: string): Manifest[] {
  const [{ resources } = { resources: [] }] = documents<{ resources: readonly string[] }>(`${place}/kustomization.yaml`)
  return resources.flatMap((resource) =>
    resource.endsWith('.yaml') ? documents<Manifest>(`${place}/${resource}`) : manifestsOf(resource.replace('../', '')),
  )
}

const manifests = manifestsOf('with-server')
const workloads = manifests.filter(({ spec }) => spec?.template !== undefined)
const named = (kind: string, name: string | undefined) =>
  manifests.find((one) => one.kind === kind && one.metadata.name === name)

test('everything is named once, in the namespace', () => {
  const names = manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`)
  expect(new Set(names).size).toBe(names.length)
  const clusterWide = ['Namespace', 'ClusterRole', 'ClusterRoleBinding']
  for (const { kind, metadata } of manifests) {
    expect(metadata.namespace, metadata.name).toBe(clusterWide.includes(kind) ? undefined : 'conshelf')
  }
  expect(workloads.map(({ kind }) => kind).sort()).toEqual(['DaemonSet', 'Deployment', 'StatefulSet'])
})

test.each(workloads.map((one) => [one.kind, one] as const))(
  '%s: labels, volumes, accounts and settings fit',
  (_kind, { spec }) => {
    const { metadata, spec: pod } = spec?.template ?? {
      metadata: { labels: {} },
      spec: { containers: [], volumes: [] },
    }
    expect(metadata.labels).toMatchObject(spec?.selector?.matchLabels ?? { none: 'none' })
    const volumes = [...pod.volumes, ...(spec?.volumeClaimTemplates ?? []).map((claim) => claim.metadata)].map(
      ({ name }) => name,
    )
    for (const { volumeMounts, envFrom = [], image } of pod.containers) {
      expect(volumeMounts.map(({ name }) => name).sort()).toEqual(volumes.sort())
      for (const { configMapRef } of envFrom) expect(named('ConfigMap', configMapRef.name)).toBeDefined()
      expect(image).toBe('conshelf')
    }
    if (pod.serviceAccountName !== undefined) expect(named('ServiceAccount', pod.serviceAccountName)).toBeDefined()
    if (spec?.serviceName !== undefined)
      expect(named('Service', spec.serviceName)?.spec?.selector).toEqual(metadata.labels)
  },
)

test('bindings bind what there is', () => {
  for (const { roleRef, subjects = [] } of manifests.filter(({ kind }) => kind === 'ClusterRoleBinding')) {
    expect(named('ClusterRole', roleRef?.name)).toBeDefined()
    for (const subject of subjects)
      expect(named(subject.kind, subject.name)?.metadata.namespace).toBe(subject.namespace)
  }
})

test('collectors are started with options and variables that the command has', () => {
  const known = Object.keys(collect.options)
  const variables = known
    .map((name) => `CONSHELF_${name.toUpperCase().replaceAll('-', '_')}`)
    .concat('CONSHELF_URL', 'NODE_IP')
  const settings = Object.keys(named('ConfigMap', 'conshelf-collect')?.data ?? {})
  expect(settings.filter((name) => !variables.includes(name))).toEqual([])
  for (const { spec } of workloads) {
    for (const { args, env = [] } of spec?.template?.spec.containers ?? []) {
      if (args[0] !== 'collect') continue
      expect(args.filter((arg) => arg.startsWith('--') && !known.includes(arg.slice(2)))).toEqual([])
      expect(env.filter(({ name }) => !variables.includes(name))).toEqual([])
    }
  }
})

/** `group/resource`, as the path of a kind says. */
function resourceOf({ path }: Kind<unknown>): string {
  const [, kind, group = '', , grouped] = path.split('/')
  return kind === 'api' ? `/${path.split('/')[3]}` : `${group}/${grouped}`
}

function granted(role: string): string[] {
  const rules = named('ClusterRole', role)?.rules ?? []
  return rules
    .flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) => verbs.map((verb) => `${verb} ${group}/${resource}`)),
      ),
    )
    .sort()
}

test('the accounts may do what their roles do, and nothing else', () => {
  const pods = podKind({ environment: true })
  const kinds = [pods, nodeKind, serviceKind, volumeKind, deploymentKind, autoscalerKind, eventKind(true)].map(
    resourceOf,
  )
  expect(granted('conshelf-collect-cluster')).toEqual(kinds.flatMap((kind) => [`list ${kind}`, `watch ${kind}`]).sort())
  expect(granted('conshelf-collect-node')).toEqual(
    [`list ${resourceOf(pods)}`, `watch ${resourceOf(pods)}`, 'get /nodes/metrics', 'get /nodes/stats'].sort(),
  )
})
