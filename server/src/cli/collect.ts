// `conshelf collect kubernetes`: the collector of a cluster, until Ctrl+C.
import { homedir, hostname } from 'node:os'
import { join } from 'node:path'
import type { Access } from '../collect/kubernetes/api/access.ts'
import { AccessError, kubeconfigAccess, serviceAccountAccess } from '../collect/kubernetes/api/access.ts'
import { type Collector, type CollectorOptions, openCollector, tables } from '../collect/kubernetes/collector.ts'
import { systemClock } from '../core/clock.ts'
import { serverOf } from './client.ts'
import {
  type Call,
  type Command,
  CommandError,
  type ExitCode,
  exit,
  serverHelp,
  serverOptions,
  UsageError,
} from './command.ts'

interface Option {
  readonly name: string
  /** Absent: a switch. */
  readonly value?: string
  readonly doc: string
}

const options: readonly Option[] = [
  { name: 'role', value: 'cluster|node', doc: "the cluster's API, once for the cluster, or a node, once on each" },
  { name: 'cluster-id', value: 'ID', doc: 'ARM id of the cluster, the _ResourceId of all rows' },
  { name: 'cluster-name', value: 'NAME', doc: 'how rows call it (the last part of its id)' },
  { name: 'workspace', value: 'NAME', doc: 'name or GUID; may be left out when the server has only one' },
  {
    name: 'kubeconfig',
    value: 'FILE',
    doc: 'how to reach the cluster (in a pod its service account, else KUBECONFIG, ~/.kube/config)',
  },
  { name: 'context', value: 'NAME', doc: 'context of the kubeconfig (its current one)' },
  { name: 'interval', value: 'SECONDS', doc: 'time between two rounds (60)' },
  { name: 'without', value: 'TABLE,…', doc: `tables to leave out, of ${tables.join(', ')}` },
  { name: 'exclude-namespaces', value: 'NAME,…', doc: 'namespaces of which nothing is collected' },
  { name: 'all-events', doc: 'ordinary events too, not only warnings' },
  { name: 'environment', doc: 'variables of containers in ContainerInventory (on; --no-environment leaves them out)' },
  { name: 'buffer', value: 'MB', doc: 'packed rows that are kept while the server does not answer (32)' },
  { name: 'state', value: 'FOLDER', doc: 'where the place reached is kept over a restart' },
  { name: 'node', value: 'NAME', doc: 'the node of this collector (its host name)' },
  { name: 'kubelet', value: 'URL', doc: 'its kubelet, role node (https://NODE:10250)' },
  { name: 'kubelet-insecure', doc: "do not check the kubelet's certificate, where the cluster does not sign it" },
  { name: 'logs', value: 'FOLDER', doc: 'log files of its containers (/var/log/containers)' },
  { name: 'scrape', doc: 'read the metrics of its pods that are annotated prometheus.io/scrape' },
  { name: 'once', doc: 'one round, then end' },
]

const optionHelp = options.map(({ name, value, doc }) => `  --${`${name} ${value ?? ''}`.padEnd(30)} ${doc}`).join('\n')

export const collect: Command = {
  name: 'collect',
  summary: 'collect inventory, events and measurements of a Kubernetes cluster',
  usage: 'kubernetes --role cluster|node --cluster-id ID [options]',
  help: `${optionHelp}
${serverHelp}

  Each option is also an environment variable: CONSHELF_ROLE, CONSHELF_CLUSTER_ID and so on; a switch is on or off.
  How to install it in a cluster: docs/kubernetes.md.`,
  options: {
    ...serverOptions,
    ...Object.fromEntries(options.map(({ name, value }) => [name, { type: value ? 'string' : 'boolean' } as const])),
  },
  run: runCollect,
}

async function runCollect(call: Call): Promise<ExitCode> {
  const [what, ...rest] = call.words
  if (what !== 'kubernetes' || rest.length > 0) throw new UsageError("say what to collect from: 'kubernetes'")
  const { terminal } = call
  const collector = open(call)
  terminal.err(`collecting ${collector.what}\n`)
  const isComplete = isOn(call, 'once')
    ? await collector.once(terminal.signal)
    : await collector.run(terminal.signal).then(() => true)
  const { waitingBytes } = collector
  if (waitingBytes > 0) throw new CommandError(`${waitingBytes} packed bytes could not be delivered`)
  return isComplete ? exit.success : exit.partial
}

function open(call: Call): Collector {
  try {
    return openCollector(optionsOf(call), accessOf(call), systemClock)
  } catch (error) {
    if (error instanceof AccessError) throw new CommandError(error.message, { cause: error })
    throw error
  }
}

function optionsOf(call: Call): CollectorOptions {
  const { terminal } = call
  const id = required(call, 'cluster-id')
  const workspace = given(call, 'workspace')
  const state = given(call, 'state')
  const kubelet = given(call, 'kubelet')
  const { url, headers } = serverOf(call)
  const token = headers.authorization?.replace('Bearer ', '')
  return {
    role: roleOf(call),
    cluster: { id, name: given(call, 'cluster-name') ?? id.split('/').at(-1) ?? id },
    target: { url, ...(token !== undefined && { token }), ...(workspace !== undefined && { workspace }) },
    computer: given(call, 'node') ?? hostname(),
    pod: hostname(),
    intervalMillis: 1000 * numberOf(call, 'interval', 60),
    without: new Set(withoutOf(call)),
    excludedNamespaces: new Set(listOf(call, 'exclude-namespaces')),
    allEvents: isOn(call, 'all-events'),
    environment: isOn(call, 'environment', 'on'),
    isOnce: isOn(call, 'once'),
    bufferBytes: 1_048_576 * numberOf(call, 'buffer', 32),
    ...(state !== undefined && { stateFolder: state }),
    ...(kubelet !== undefined && { kubelet }),
    kubeletInsecure: isOn(call, 'kubelet-insecure'),
    logs: given(call, 'logs') ?? '/var/log/containers',
    scrape: isOn(call, 'scrape'),
    log: (line) => terminal.err(`${line}\n`),
  }
}

/** A kubeconfig that is named counts first, then the pod, then the kubeconfig of whoever calls. */
function accessOf(call: Call): Access {
  const { env } = call.terminal
  const named = given(call, 'kubeconfig')
  const context = given(call, 'context')
  if (named === undefined && context === undefined && env.KUBERNETES_SERVICE_HOST) return serviceAccountAccess(env)
  return kubeconfigAccess(named ?? env.KUBECONFIG ?? join(env.HOME ?? homedir(), '.kube', 'config'), context)
}

function given({ values, terminal }: Call, name: string): string | undefined {
  const value = values[name]
  if (typeof value === 'string') return value
  return terminal.env[`CONSHELF_${name.toUpperCase().replaceAll('-', '_')}`] || undefined
}

function required(call: Call, name: string): string {
  const value = given(call, name)
  if (value === undefined) throw new UsageError(`--${name} is missing`)
  return value
}

function isOn(call: Call, name: string, fallback: 'on' | 'off' = 'off'): boolean {
  const flag = call.values[name]
  if (typeof flag === 'boolean') return flag
  const text = given(call, name) ?? fallback
  if (['on', 'true', '1'].includes(text)) return true
  if (['off', 'false', '0'].includes(text)) return false
  throw new UsageError(`--${name}: '${text}' is neither on nor off`)
}

function listOf(call: Call, name: string): readonly string[] {
  return (given(call, name) ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

function withoutOf(call: Call): readonly string[] {
  const names = listOf(call, 'without')
  const unknown = names.find((name) => !tables.includes(name))
  if (unknown !== undefined) throw new UsageError(`--without: '${unknown}' is none of ${tables.join(', ')}`)
  return names
}

function numberOf(call: Call, name: string, fallback: number): number {
  const text = given(call, name)
  const value = text === undefined ? fallback : Number(text)
  if (!(value > 0)) throw new UsageError(`--${name}: '${text}' is not a number above 0`)
  return value
}

function roleOf(call: Call): CollectorOptions['role'] {
  const role = required(call, 'role')
  if (role === 'cluster' || role === 'node') return role
  throw new UsageError(`--role takes cluster or node, not '${role}'`)
}
