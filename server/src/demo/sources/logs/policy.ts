// The policy add-on and Gatekeeper: the add-on fetches assignments every 15 minutes and sends results every 30.
import { random } from '../../random.ts'
import { due, iso, isoSeconds, minute, type Slot, second } from '../../time.ts'
import type { World } from '../../world.ts'
import { type Line, speaker } from './line.ts'

const addon = 'kube-system/azure-policy'

function addonText(world: World, at: number, text: string, method: string): string {
  const r = random(world.environment.seed, `policy ${method}`, at)
  const id = `log-id=${r.guid()}-${r.int(1, 99)}`
  return `time="${isoSeconds(at)}" level=info msg="${text}" ${id} method="github.com/Azure/azure-policy-kubernetes/pkg/${method}"`
}

export function* policyAddon(world: World, slot: Slot): Generator<Line> {
  const line = (at: number, text: string, method: string): Line | undefined => {
    const pod = speaker(world, addon, at)
    return pod === undefined ? undefined : { pod, at, level: 'info', message: addonText(world, at, text, method) }
  }
  const synced = due(slot, 15 * minute, 3 * minute + 51 * second)
  const sent = due(slot, 30 * minute, 8 * minute + 12 * second)
  const polled = due(slot, minute, 26 * second)
  const lines = [
    ...(synced === undefined
      ? []
      : [
          line(synced, 'Syncing policies with cluster', 'policyinfo.(*Client).Sync'),
          line(synced + 1600, 'Fetched 18 policy assignments for the cluster', 'dataplane.(*Client).Assignments'),
        ]),
    ...(sent === undefined ? [] : [line(sent, 'Sending audit result', 'auditresult.(*Client).Send')]),
    ...(polled === undefined
      ? []
      : [line(polled, 'Constraint templates are up to date', 'template.(*Client).Reconcile')]),
  ]
  for (const entry of lines) if (entry !== undefined) yield entry
}

const auditor = 'gatekeeper-system/gatekeeper-audit'
const violations = [
  ['K8sAzureV3NoPrivilege', 'cluster-baseline-settings', 'kured', 'Privileged container is not allowed: kured'],
  [
    'K8sAzureV3HostNamespaces',
    'cluster-baseline-settings',
    'kured',
    'Sharing the host namespace is not allowed: kured',
  ],
  ['K8sAzureV3HostFilesystem', 'falco-system', 'falco', 'HostPath volume is not allowed: proc-fs'],
  [
    'K8sAzureV3ReadOnlyRootFilesystem',
    'a0005-i',
    'web-frontend',
    'only read-only root filesystem container is allowed: web-frontend',
  ],
  ['K8sAzureV1PodEnforceLabels', 'kube-system', 'metrics-server', 'you must provide labels: {"pci-scope"}'],
] as const

/** Gatekeeper audits once a minute and reports what it found; admission decisions come as they are asked for. */
export function* gatekeeper(world: World, slot: Slot): Generator<Line> {
  const audited = due(slot, minute, 20 * second)
  const pod = speaker(world, auditor, slot.start)
  if (audited !== undefined && pod !== undefined) {
    const id = iso(audited).slice(0, 19)
    const base = { level: 'info', ts: audited / 1000, logger: 'controller', process: 'audit', audit_id: `${id}Z` }
    yield {
      pod,
      at: audited,
      stderr: true,
      level: 'info',
      message: { ...base, msg: 'auditing is complete', event_type: 'audit_finished' },
    }
    const [kind, namespace, name, text] = violations[Math.floor(audited / minute) % violations.length]!
    const found = {
      event_type: 'violation_audited',
      constraint_kind: kind,
      constraint_action: 'dryrun',
      resource_namespace: namespace,
      resource_name: name,
    }
    yield { pod, at: audited + 600, stderr: true, level: 'info', message: { ...base, msg: text, ...found } }
  }
  for (const { at, kind, pod: admitted } of world.happenings(slot)) {
    const webhook = kind === 'created' ? speaker(world, 'gatekeeper-system/gatekeeper-controller', at) : undefined
    if (webhook === undefined) continue
    const message = {
      level: 'info',
      ts: at / 1000,
      logger: 'webhook',
      hookType: 'validation',
      msg: 'admission allowed',
      resource_namespace: admitted.workload.namespace,
      resource_name: admitted.name,
    }
    yield { pod: webhook, at: at + 4, stderr: true, level: 'info', message }
  }
}
