// One pass over the whole history of a seed: its size and shape, and what the walkthrough's queries expect of it.
// The walkthrough's queries lie beside the repository; without them the list of their names is not checked.
import { existsSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { chainApi, importedImages } from './cluster/images.ts'
import { type Kept, keptTargets, type Walk, walkHistory } from './history-walk.ts'
import { hour, iso, minute, second } from './time.ts'
import { worldOf } from './world.ts'

const root = new URL('../../../', import.meta.url)
const epoch = Date.UTC(2024, 10, 18, 9, 0)
const end = epoch + 48 * hour
const world = worldOf(7, epoch)
const { environment } = world

let walk: Walk
beforeAll(() => {
  walk = walkHistory(world)
}, 120_000)

function messages(target: string): readonly string[] {
  return (walk.kept.get(target) ?? []).map((record) => (record.properties as { readonly msg: string }).msg)
}

function kept(target: string): readonly Kept[] {
  return walk.kept.get(target) ?? []
}

describe('the history', () => {
  test('is about half a million rows, none of them large, each in its slot', () => {
    expect(walk.rows).toBeGreaterThan(400_000)
    expect(walk.rows).toBeLessThan(650_000)
    expect(walk.longest).toBeLessThan(32 * 1024)
    expect(walk.outside).toBe(0)
  })

  test('fills every table and category of the environment', () => {
    const names = [...walk.byTarget.keys()]
    expect(names).toEqual(expect.arrayContaining(expectedTargets))
    for (const name of expectedTargets) expect(walk.byTarget.get(name), name).toBeGreaterThan(0)
  })

  test('uses only columns that its tables have', () => {
    for (const [table, names] of walk.columns) {
      const file = new URL(`content/packs/azure-monitor/tables/${table}.yaml`, root)
      const declared = Object.keys((parse(readFileSync(file, 'utf8')) as { readonly columns: object }).columns)
      const known = new Set([...declared, 'TimeGenerated', '_ResourceId'])
      expect(
        [...names].filter((name) => !known.has(name)),
        table,
      ).toEqual([])
    }
  })
})

const expectedTargets = [
  ...keptTargets,
  'ApplicationGatewayPerformanceLog', 'AzureMetrics', 'AzureNetworkAnalytics_CL', 'BastionAuditLogs', 'ContainerImageInventory',
  'ContainerInventory', 'ContainerLogV2', 'ContainerNodeInventory', 'Heartbeat', 'InsightsMetrics', 'KubeMonAgentEvents',
  'KubeNodeInventory', 'KubePVInventory', 'KubePodInventory', 'KubeServices', 'NetworkSecurityGroupEvent',
  'NetworkSecurityGroupRuleCounter', 'Perf', 'StorageWrite', 'Syslog', 'Usage', 'VMConnection', 'cluster-autoscaler', 'guard',
  'kube-audit-admin', 'kube-controller-manager', 'Administrative', 'Policy', 'ResourceHealth',
] // biome-ignore format: a list of names

/** Distances between consecutive rows, in minutes. */
function spacing(rows: readonly Kept[]): readonly number[] {
  const times = rows.map((row) => Date.parse(String(row.TimeGenerated))).sort((one, other) => one - other)
  return times.slice(1).map((time, index) => (time - times[index]!) / minute)
}

function policyLines(text: string): readonly Kept[] {
  const lines = kept('ContainerLogV2').filter((row) => String(row.LogMessage).includes(text))
  expect(
    lines.every((row) => (row.KubernetesMetadata as { image: string }).image.includes('policy-kubernetes-addon')),
  ).toBe(true)
  return lines
}

function reads(): readonly { readonly secret: string; readonly identity: string }[] {
  return kept('AuditEvent')
    .filter((record) => record.operationName === 'SecretGet')
    .map((record) => {
      const { id } = record.properties as { readonly id: string }
      const { claim } = record.identity as { readonly claim: Readonly<Record<string, string>> }
      const identity = claim['http://schemas.microsoft.com/identity/claims/objectidentifier'] ?? ''
      return { secret: id.split('/').at(-1) ?? '', identity }
    })
}

const expectations: Readonly<Record<string, () => void>> = {
  'seed-fw-blocked': () => {
    const rows = messages('AzureFirewallApplicationRule').filter((msg) => msg.includes('example.org:443'))
    const form =
      /^HTTPS request from 10\.240\.\d+\.\d+:\d+ to example\.org:443\. Action: Deny\. No rule matched\. Proceeding with default action$/
    expect(rows.length).toBeGreaterThan(1000)
    expect(rows.filter((msg) => !form.test(msg))).toEqual([])
  },
  'seed-fw-dns': () => {
    const rows = messages('AzureFirewallDnsProxy')
    const form = /^DNS Request: (\d+(?:\.\d+){3}):.+ IN (\S+) udp \d+ false 512 \w+ [a-z,]+ \d+ \d\.\d+s$/
    expect(rows.length).toBeGreaterThan(1000)
    expect(rows.filter((msg) => !form.test(msg))).toEqual([])
  },
  'seed-acr-import': () => {
    const imports = kept('ContainerRegistryRepositoryEvents').filter((record) => record.operationName === 'importImage')
    const [skipped, ...others] = partition(imports)
    expect(others.map((each) => each.name).sort()).toEqual(
      importedImages.map((path) => path.slice('acr/'.length)).sort(),
    )
    expect(others.every((each) => each.from.startsWith(`${environment.ids.registry}/quarantine/`))).toBe(true)
    expect(skipped).toMatchObject({ name: 'live/library/busybox:SkippedQuarantine' })
    expect(skipped?.from).not.toContain('quarantine')
  },
  'seed-acr-pull': () => {
    const pulls = kept('ContainerRegistryRepositoryEvents').filter((record) => record.operationName === 'Pull')
    expect(pulls.length).toBeGreaterThan(100)
    expect(new Set(pulls.map((record) => record.identity))).toEqual(new Set([environment.identities.kubelet.objectId]))
  },
  'seed-acr-403': () => {
    const denied = kept('ContainerRegistryLoginEvents').filter((record) => record.resultDescription === '403')
    expect(denied.length).toBeGreaterThan(50)
    expect(denied.every((record) => environment.scannerAddresses.includes(String(record.callerIpAddress)))).toBe(true)
  },
  'seed-audit': () => {
    const times = walk.auditTimes.sort((one, other) => one - other)
    // Every window that begins at a record, and every window in between, has at least as many as the sparsest of these.
    let fewest = Number.POSITIVE_INFINITY
    for (let start = epoch; start + 30 * minute <= end; start += 15 * second) {
      fewest = Math.min(fewest, firstFrom(times, start + 30 * minute) - firstFrom(times, start))
    }
    expect(fewest).toBeGreaterThan(200)
    expect([...walk.auditVerbs].sort()).toEqual(['create', 'delete', 'patch', 'update'])
  },
  'seed-audit-user': () => {
    const rows = kept('audit-of-admin').map(
      (record) => JSON.parse(String(record.log)) as { readonly user: { readonly username: string } },
    )
    expect(rows.length).toBeGreaterThan(15)
    expect(rows.every((row) => row.user.username === environment.admin.user)).toBe(true)
  },
  'seed-app-logs': () => {
    const wrote = [...walk.writers].filter(([, image]) => image.includes('chain-api')).map(([key]) => key.split('/')[0])
    const living = [
      'a0005-i/web-frontend',
      'a0005-i/microservice-c',
      'a0005-o/microservice-a',
      'a0005-o/microservice-b',
    ]
    for (const workload of living) {
      for (const pod of world.podsOf(workload, end - hour)) expect(wrote, workload).toContain(pod.name)
    }
  },
  'seed-policy-sync': () => {
    const gaps = spacing(policyLines('Syncing policies with cluster'))
    expect(gaps).toHaveLength(48 * 4 - 1)
    for (const gap of gaps) expect(Math.abs(gap - 15)).toBeLessThan(1)
  },
  'seed-policy-audit': () => {
    const gaps = spacing(policyLines('Sending audit result'))
    expect(gaps).toHaveLength(48 * 2 - 1)
    for (const gap of gaps) expect(Math.abs(gap - 30)).toBeLessThan(2)
  },
  'seed-agw-access': () => {
    const rows = kept('ApplicationGatewayAccessLog').map((record) => record.properties as Kept)
    expect(
      rows.every(
        (row) =>
          typeof row.clientIP === 'string' && typeof row.requestUri === 'string' && typeof row.httpStatus === 'number',
      ),
    ).toBe(true)
    const probes = rows.filter((row) => row.clientIP === '127.0.0.1')
    expect(probes).toHaveLength(48 * 120 * 2)
    expect(new Set(probes.map((row) => row.requestUri))).toEqual(new Set(['/favicon.ico', '/healthz']))
  },
  'seed-agw-waf': () => {
    const rows = kept('ApplicationGatewayFirewallLog').map((record) => record.properties as Kept)
    const injected = rows.filter((row) => String(row.requestUri).endsWith('?sql=DELETE%20FROM'))
    expect(injected.length).toBeGreaterThan(1)
    expect(injected.every((row) => row.action === 'Blocked' && String(row.ruleGroup).includes('SQLI'))).toBe(true)
  },
  'seed-kv-secretget': () => {
    const readers = new Map<string, Set<string>>()
    for (const { secret, identity } of reads()) readers.set(secret, (readers.get(secret) ?? new Set()).add(identity))
    const ingress = 'ingress-internal-aks-ingress-contoso-com-tls'
    const { gateway, ingress: cluster } = environment.identities
    expect(readers).toEqual(
      new Map([
        ['sslcert', new Set([gateway.objectId])],
        [`appgw-${ingress}`, new Set([gateway.objectId])],
        [ingress, new Set([cluster.objectId])],
      ]),
    )
    const operations = new Set(kept('AuditEvent').map((record) => record.operationName))
    for (const name of ['SecretResourcePut', 'Authentication', 'CertificateImport']) expect(operations).toContain(name)
  },
}

/** Imports as name and origin, the one that skipped quarantine first. */
function partition(imports: readonly Kept[]) {
  const read = imports.map((record) => {
    const { repository, tag, mediaType } = record.properties as { repository: string; tag: string; mediaType: string }
    return { name: `${repository}:${tag}`, from: mediaType }
  })
  return read.toSorted(
    (one, other) => Number(other.name.endsWith('Quarantine')) - Number(one.name.endsWith('Quarantine')),
  )
}

function firstFrom(times: readonly number[], time: number): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (times[middle]! < time) low = middle + 1
    else high = middle
  }
  return low
}

describe('what the walkthrough looks for', () => {
  for (const [id, expectation] of Object.entries(expectations)) test(id, expectation)

  const file = new URL('../shared/reference/seed-queries.jsonl', root)
  test.skipIf(!existsSync(file))('is all of its queries (skipped without ../shared)', () => {
    const ids = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { readonly id: string }).id)
    expect(Object.keys(expectations).sort()).toEqual(ids.filter((id) => id.startsWith('seed-')).sort())
  })

  test('and a reboot that somebody asked for', () => {
    const rows = kept('InsightsMetrics').filter((row) => row.Name === 'kured_reboot_required' && row.Val === 1)
    expect(new Set(rows.map((row) => row.Computer))).toEqual(new Set(environment.nodes.map((node) => node.name)))
    const rebooted = kept('KubeEvents').filter((row) => row.Reason === 'Rebooted')
    expect(rebooted).toHaveLength(environment.nodes.length)
  })
})

describe('the rollout', () => {
  test('gives the new pods the new image, and audit, logs and pulls tell of the same pods', () => {
    const [rollout] = world.beginning('rollout', { start: epoch, end, thinned: true })
    const pods = world.podsOf(rollout!.workload, end - hour)
    expect(pods).toHaveLength(2)
    for (const pod of pods) {
      expect(pod.createdAt).toBeGreaterThan(rollout!.at)
      expect(pod.containers[0]!.image).toMatchObject({ image: chainApi, tag: rollout!.tag })
      expect([...walk.writers.keys()]).toContain(`${pod.name}/${pod.workload.name}`)
    }
    const patched = kept('audit-of-admin')
      .map((record) => String(record.log))
      .filter((log) => log.includes('"resource":"deployments"'))
    expect(patched).toHaveLength(1)
    expect(patched[0]).toContain(`${chainApi}:${rollout!.tag}`)
    const pulled = kept('ContainerRegistryRepositoryEvents')
      .filter((record) => record.operationName === 'Pull' && (record.properties as Kept).tag === rollout!.tag)
      .map((record) => Date.parse(String(record.time)))
    expect(pulled.length, iso(rollout!.at)).toBeGreaterThanOrEqual(2)
    expect(Math.min(...pulled)).toBeGreaterThan(rollout!.at)
  })
})
