// The private registry: imports, pushes and pulls of images, and logins. The tables are the same in both modes of diagnostic settings.
// https://learn.microsoft.com/azure/container-registry/monitor-service-reference
import { chainApi, type Image, imageOf, importedImages } from '../cluster/images.ts'
import { random } from '../random.ts'
import { due, minute, type Slot, second } from '../time.ts'
import type { World } from '../world.ts'
import { diagnostic, diagnosticSource, type WireRecord } from './source.ts'

const repositoryEvents = 'ContainerRegistryRepositoryEvents'
const loginEvents = 'ContainerRegistryLoginEvents'
const manifest = 'application/vnd.docker.distribution.manifest.v2+json'

interface RegistryEvent {
  readonly operation: 'importImage' | 'Push' | 'Pull'
  readonly image: Pick<Image, 'image' | 'tag' | 'digest' | 'bytes'>
  readonly mediaType: string
  readonly identity: string
  readonly address: string
  readonly userAgent: string
}

function repositoryRecord(world: World, at: number, event: RegistryEvent): WireRecord {
  const { environment } = world
  const r = random(environment.seed, `registry ${event.operation} ${event.image.image}`, at)
  return {
    ...diagnostic(environment.ids.registry, repositoryEvents, event.operation, at),
    location: 'centralus',
    resultType: 'HttpStatusCode',
    resultDescription: event.operation === 'Push' ? '201' : '200',
    callerIpAddress: event.address,
    durationMs: String(r.int(20, event.operation === 'importImage' ? 9000 : 600)),
    correlationId: r.guid(),
    identity: event.identity,
    properties: {
      loginServer: environment.names.loginServer,
      repository: event.image.image,
      tag: event.image.tag,
      digest: event.image.digest,
      mediaType: event.mediaType,
      size: event.image.bytes,
      artifactType: 'Image',
      userTenantId: environment.tenantId,
      userAgent: event.userAgent,
      region: 'centralus',
    },
  }
}

const cliAgent = 'AZURECLI/2.65.0 (DEB) azsdk-python-core/1.31.0 Python/3.11.8'

function* imports(world: World, slot: Slot): Generator<WireRecord> {
  const { environment } = world
  const by = { identity: environment.admin.objectId, address: environment.admin.address, userAgent: cliAgent }
  // An import takes some seconds, so the seven are spread over a few slots.
  for (const { at } of world.during('image-import', { ...slot, start: slot.start - 5 * minute })) {
    for (const [index, path] of importedImages.entries()) {
      const time = at + index * 11 * second
      if (time < slot.start || time >= slot.end) continue
      const image = imageOf(environment, path)
      const mediaType = `${environment.ids.registry}/${image.image.replace(/^live\//, 'quarantine/')}:${image.tag}`
      yield repositoryRecord(world, time, { operation: 'importImage', image, mediaType, ...by })
    }
  }
  for (const { at } of world.beginning('quarantine-skipped', slot)) {
    const image = { ...imageOf(environment, 'acr/live/library/busybox:1.37.0'), tag: 'SkippedQuarantine' }
    const mediaType = 'docker.io/library/busybox:1.37.0'
    yield repositoryRecord(world, at, { operation: 'importImage', image, mediaType, ...by })
  }
}

function* pushes(world: World, slot: Slot): Generator<WireRecord> {
  const { environment } = world
  for (const { at, tag } of world.beginning('image-push', slot)) {
    yield repositoryRecord(world, at, {
      operation: 'Push',
      image: imageOf(environment, `acr/${chainApi}:${tag}`),
      mediaType: manifest,
      identity: environment.admin.objectId,
      address: '10.240.251.4',
      userAgent: 'docker/24.0.9-1 go/go1.20.13 kernel/5.15.0 os/linux arch/amd64',
    })
  }
}

/** Only the kubelet's identity ever pulls. */
function* pulls(world: World, slot: Slot): Generator<WireRecord> {
  const { environment } = world
  for (const { at, kind, container, pod } of world.happenings(slot)) {
    if (kind !== 'pulled' || container?.image.repository !== environment.names.loginServer) continue
    yield pull(world, at, container.image, pod.node.ip)
  }
  // Nodes check images whose pull policy is Always.
  const r = random(environment.seed, 'registry-pulls', slot.start)
  const pods = r.chance(0.1) ? world.podsOf('cluster-baseline-settings/kured', slot.start) : []
  if (pods.length === 0) return
  const pod = r.pick(pods)
  yield pull(world, r.int(slot.start, slot.end - 1), pod.containers[0]!.image, pod.node.ip)
}

function pull(world: World, at: number, image: Image, address: string): WireRecord {
  return repositoryRecord(world, at, {
    operation: 'Pull',
    image,
    mediaType: manifest,
    identity: world.environment.identities.kubelet.objectId,
    address,
    userAgent: 'containerd/1.7.23-1',
  })
}

function loginRecord(
  world: World,
  at: number,
  identity: string,
  address: string,
  result: '200' | '401' | '403',
  userAgent: string,
): WireRecord {
  const { environment } = world
  const r = random(environment.seed, `login ${address}`, at)
  return {
    ...diagnostic(environment.ids.registry, loginEvents, 'Login', at),
    location: 'centralus',
    resultType: 'HttpStatusCode',
    resultDescription: result,
    callerIpAddress: address,
    durationMs: String(r.int(4, 90)),
    correlationId: r.guid(),
    identity,
    properties: { loginServer: environment.names.loginServer, jwtId: r.guid(), userAgent, region: 'centralus' },
  }
}

function* logins(world: World, slot: Slot): Generator<WireRecord> {
  const { environment } = world
  const r = random(environment.seed, 'registry-logins', slot.start)
  const kubelet = environment.identities.kubelet.objectId
  if (r.chance(0.06)) {
    yield loginRecord(
      world,
      r.int(slot.start, slot.end - 1),
      kubelet,
      r.pick(environment.nodes).ip,
      '200',
      'containerd/1.7.23-1',
    )
  }
  // The scanner of the registry's plan comes from public addresses, which a private registry refuses.
  const scan = due(slot, 20 * minute, 4 * minute)
  for (let i = scan === undefined ? 0 : r.int(1, 3); i > 0; i--) {
    const at = r.int(slot.start, slot.end - 1)
    yield loginRecord(world, at, '', r.pick(environment.scannerAddresses), '403', 'AzureContainerScanner/1.0')
  }
  for (const { at } of [...world.beginning('image-import', slot), ...world.beginning('quarantine-skipped', slot)]) {
    yield loginRecord(world, at, environment.admin.objectId, environment.admin.address, '200', cliAgent)
  }
}

export const registrySources = [
  diagnosticSource('cluster', 'registry-imports', imports),
  diagnosticSource('cluster', 'registry-pushes', pushes),
  diagnosticSource('cluster', 'registry-pulls', pulls),
  diagnosticSource('cluster', 'registry-logins', logins),
]
