// The container images of the demo cluster: where they come from and their content digests.
import type { Environment } from '../environment.ts'
import { random } from '../random.ts'

export interface Image {
  /** Host of the registry. */
  readonly repository: string
  /** Path within the registry, without host and tag. */
  readonly image: string
  readonly tag: string
  readonly digest: string
  /** The digest of the configuration, which container inventories call the image id. */
  readonly id: string
  readonly bytes: number
}

/** `acr` stands for the login server of the environment's own registry. */
export type ImagePath = `acr/${string}:${string}` | `mcr.microsoft.com/${string}:${string}`

const cache = new Map<string, Image>()

export function imageOf(environment: Environment, path: ImagePath): Image {
  const key = `${environment.seed} ${path}`
  const known = cache.get(key)
  if (known !== undefined) return known
  const slash = path.indexOf('/')
  const colon = path.lastIndexOf(':')
  const host = path.slice(0, slash)
  const r = random(environment.seed, `image ${path}`)
  const image: Image = {
    repository: host === 'acr' ? environment.names.loginServer : host,
    image: path.slice(slash + 1, colon),
    tag: path.slice(colon + 1),
    digest: `sha256:${r.hex(64)}`,
    id: `sha256:${r.hex(64)}`,
    bytes: r.int(9_000_000, 240_000_000),
  }
  cache.set(key, image)
  return image
}

export function fullName(image: Image): string {
  return `${image.repository}/${image.image}:${image.tag}`
}

/** What the walkthrough imports from quarantine after review; the order is that of the script. */
export const importedImages: readonly ImagePath[] = [
  'acr/live/falcosecurity/falco-no-driver:0.39.2',
  'acr/live/falcosecurity/falco-driver-loader:0.39.2',
  'acr/live/falcosecurity/falcoctl:0.10.1',
  'acr/live/library/busybox:1.37.0',
  'acr/live/kubereboot/kured:1.14.0',
  'acr/live/ingress-nginx/controller:v1.11.3',
  'acr/live/ingress-nginx/kube-webhook-certgen:v1.4.4',
]

export const chainApi = 'live/a0005/chain-api'
export function chainApiImage(tag: string): ImagePath {
  return `acr/${chainApi}:${tag}`
}
