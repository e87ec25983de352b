// Where a cluster's API server is and how to sign in: from a kubeconfig, or from the service account of the pod.
// https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
// https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/
import { existsSync, readFileSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import { parse } from 'yaml'

export interface Access {
  readonly server: URL
  /** PEM; absent: the authorities that this machine trusts. */
  readonly ca?: string
  readonly certificate?: { readonly cert: string; readonly key: string }
  /** Asked for each request: the tokens of service accounts are exchanged in place. */
  readonly token?: () => string
  /** The name that the server's certificate must have, if it is not that of the URL. */
  readonly serverName?: string
  readonly isUnverified?: boolean
}

/** What is wrong with the configuration, in words for whoever wrote it. */
export class AccessError extends Error {}

type Environment = Readonly<Record<string, string | undefined>>

const accountFolder = '/var/run/secrets/kubernetes.io/serviceaccount'

export function serviceAccountAccess(env: Environment, folder: string = accountFolder): Access {
  const [host, port] = [env.KUBERNETES_SERVICE_HOST, env.KUBERNETES_SERVICE_PORT ?? '443']
  if (!host || !existsSync(join(folder, 'token'))) {
    throw new AccessError('this is not a pod with a service account; name a kubeconfig with --kubeconfig')
  }
  const name = host.includes(':') ? `[${host}]` : host
  return {
    server: new URL(`https://${name}:${port}`),
    ca: textOf(join(folder, 'ca.crt')),
    token: () => textOf(join(folder, 'token')).trim(),
  }
}

interface Named {
  readonly name?: string
}
interface KubeConfig {
  readonly 'current-context'?: string
  readonly contexts?: readonly (Named & { readonly context?: { readonly cluster?: string; readonly user?: string } })[]
  readonly clusters?: readonly (Named & { readonly cluster?: ClusterEntry })[]
  readonly users?: readonly (Named & { readonly user?: UserEntry })[]
}
interface ClusterEntry {
  readonly server?: string
  readonly 'certificate-authority'?: string
  readonly 'certificate-authority-data'?: string
  readonly 'insecure-skip-tls-verify'?: boolean
  readonly 'tls-server-name'?: string
  readonly 'proxy-url'?: string
}
interface UserEntry {
  readonly token?: string
  readonly tokenFile?: string
  readonly 'client-certificate'?: string
  readonly 'client-certificate-data'?: string
  readonly 'client-key'?: string
  readonly 'client-key-data'?: string
  readonly [other: string]: unknown
}

/** Ways to sign in that need a program, a password, or rights of another. */
const refusedSignIns = ['exec', 'auth-provider', 'username', 'password', 'as', 'as-groups', 'as-uid']

export function kubeconfigAccess(file: string, contextName?: string): Access {
  const config = readConfig(file)
  const chosen = contextName ?? config['current-context']
  if (!chosen) throw new AccessError(`${file} has no current context; name one with --context`)
  const context = named(config.contexts, chosen, 'context', file).context ?? {}
  const cluster = named(config.clusters, context.cluster, 'cluster', file).cluster ?? {}
  const user = context.user ? (named(config.users, context.user, 'user', file).user ?? {}) : {}
  const refused = refusedSignIns.find((name) => user[name] !== undefined)
  if (refused !== undefined) {
    const hint = 'use a user with a token or a client certificate, such as `kubectl create token` makes'
    throw new AccessError(`${file}: user '${context.user}' signs in by '${refused}', which is not supported; ${hint}`)
  }
  return { ...clusterAccess(cluster, file), ...userAccess(user, file) }
}

function readConfig(file: string): KubeConfig {
  try {
    const config: unknown = parse(readFileSync(file, 'utf8'))
    if (typeof config === 'object' && config !== null) return config
  } catch (error) {
    throw new AccessError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
  throw new AccessError(`${file} is not a kubeconfig`)
}

function named<T extends Named>(
  list: readonly T[] | undefined,
  name: string | undefined,
  what: string,
  file: string,
): T {
  const found = list?.find((entry) => entry.name === name)
  if (found) return found
  const names = list?.map((entry) => entry.name).join(', ') || 'none'
  throw new AccessError(`${file} has no ${what} '${name ?? ''}'; there is ${names}`)
}

function clusterAccess(
  cluster: ClusterEntry,
  file: string,
): Pick<Access, 'server' | 'ca' | 'serverName' | 'isUnverified'> {
  const { server = '', 'tls-server-name': serverName, 'proxy-url': proxy } = cluster
  if (!URL.canParse(server)) throw new AccessError(`${file}: '${server}' is not the URL of a server`)
  if (proxy) throw new AccessError(`${file}: 'proxy-url' is not supported; reach the API server directly`)
  const ca = embedded(cluster, 'certificate-authority', file)
  return {
    server: new URL(server),
    ...(ca !== undefined && { ca }),
    ...(serverName && { serverName }),
    ...(cluster['insecure-skip-tls-verify'] === true && { isUnverified: true }),
  }
}

function userAccess(user: UserEntry, file: string): Pick<Access, 'token' | 'certificate'> {
  const { token, tokenFile } = user
  const cert = embedded(user, 'client-certificate', file)
  const key = embedded(user, 'client-key', file)
  if ((cert === undefined) !== (key === undefined)) {
    throw new AccessError(`${file}: a client certificate needs both 'client-certificate' and 'client-key'`)
  }
  // The file is exchanged in place, so it counts before the copy.
  const read = tokenFile ? () => textOf(beside(file, tokenFile)).trim() : token ? () => token : undefined
  return { ...(read && { token: read }), ...(cert && key && { certificate: { cert, key } }) }
}

/** PEM from `name-data` (base64), else from the file `name`, relative to the kubeconfig. */
function embedded(entry: ClusterEntry | UserEntry, name: string, file: string): string | undefined {
  const fields: Readonly<Record<string, unknown>> = { ...entry }
  const data = fields[`${name}-data`]
  if (typeof data === 'string' && data !== '') return Buffer.from(data, 'base64').toString('utf8')
  const path = fields[name]
  return typeof path === 'string' && path !== '' ? textOf(beside(file, path)) : undefined
}

function beside(file: string, path: string): string {
  return isAbsolute(path) ? path : join(dirname(file), path)
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new AccessError(`${file} cannot be read`, { cause: error })
  }
}
