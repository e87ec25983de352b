// API tokens and clients: secrets that stand for a principal. A secret is shown once, when it is made; only its hash is kept,
// and as it has 256 random bits, a plain hash is enough.
import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '../core/clock.ts'
import type { Ids } from '../core/ids.ts'
import { type CredentialBody, credentialId, credentialKind } from '../resources/kinds/credential.ts'
import type { Resource, Resources } from '../resources/resource.ts'

export type Use = CredentialBody['use']
export type Credential = Resource<CredentialBody>

export interface NewCredential {
  readonly use: Use
  readonly name: string
  /** Absent: a principal of its own. */
  readonly principalId?: string
  /** Milliseconds since 1970; absent: never. */
  readonly expiresAt?: number
  readonly by: string
}

export interface Credentials {
  create(wanted: NewCredential): Promise<{ readonly credential: Credential; readonly secret: string }>
  list(use: Use): readonly Credential[]
  /** False: there is none. */
  revoke(use: Use, id: string): Promise<boolean>
  /** The token that this is the secret of, unless it has expired. */
  token(secret: string): Credential | undefined
  /** The client with this id and secret, unless it has expired. */
  client(id: string, secret: string): Credential | undefined
  /** A client that is still there. */
  clientOf(id: string): Credential | undefined
}

/** The last segment of its id, by which it is revoked; of a client, its client id. */
export function idOf({ id }: Pick<Credential, 'id'>): string {
  return id.slice(id.lastIndexOf('/') + 1)
}

const prefixes: Readonly<Record<Use, string>> = { token: 'cst_', client: 'csc_' }
const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex')

export async function openCredentials(
  resources: Resources,
  { clock, ids }: { readonly clock: Clock; readonly ids: Ids },
): Promise<Credentials> {
  /** By hash, so that looking one up takes the same time whether there is a near one or not. */
  const known = new Map((await resources.list(credentialKind)).map((each) => [each.body.secretHash, each]))
  const isValid = ({ body }: Credential): boolean => body.expiresAt === undefined || body.expiresAt > clock.now()
  const valid = (secret: string, use: Use): Credential | undefined => {
    const found = known.get(hashOf(secret))
    return found && found.body.use === use && isValid(found) ? found : undefined
  }
  const withId = (use: Use, id: string): Credential | undefined => {
    const wanted = credentialId(use, id).toLowerCase()
    return [...known.values()].find((each) => each.id.toLowerCase() === wanted)
  }
  return {
    async create({ use, name, principalId, expiresAt, by }) {
      const id = ids.guid()
      const secret = prefixes[use] + randomBytes(32).toString('base64url')
      const body: CredentialBody = {
        use,
        name,
        principalId: principalId ?? id,
        secretHash: hashOf(secret),
        createdAt: clock.now(),
        ...(expiresAt === undefined ? {} : { expiresAt }),
      }
      const credential = await resources.put(credentialKind, credentialId(use, id), body, { by, match: 'absent' })
      known.set(body.secretHash, credential)
      return { credential, secret }
    },
    list: (use) => [...known.values()].filter(({ body }) => body.use === use),
    async revoke(use, id) {
      const found = withId(use, id)
      if (!found) return false
      await resources.delete(found.id)
      known.delete(found.body.secretHash)
      return true
    },
    token: (secret) => valid(secret, 'token'),
    client(id, secret) {
      const found = valid(secret, 'client')
      return found && idOf(found) === id.toLowerCase() ? found : undefined
    },
    clientOf(id) {
      const found = withId('client', id)
      return found && isValid(found) ? found : undefined
    },
  }
}
