// A secret that stands for a principal: an API token, or a client that fetches access tokens with it. Only its hash is kept.
import { type Static, Type } from 'typebox'
import type { ResourceKind } from '../resource.ts'

const schema = Type.Object(
  {
    use: Type.Union([Type.Literal('token'), Type.Literal('client')]),
    name: Type.String({ minLength: 1, maxLength: 200 }),
    principalId: Type.String({ minLength: 1 }),
    secretHash: Type.String({
      pattern: '^[0-9a-f]{64}$',
      description: 'SHA-256 of the secret, which has 256 random bits.',
    }),
    createdAt: Type.Integer(),
    expiresAt: Type.Optional(Type.Integer({ description: 'Milliseconds since 1970.' })),
  },
  { additionalProperties: false },
)

export type CredentialBody = Static<typeof schema>

export const credentialKind: ResourceKind<typeof schema> = { kind: 'conshelf/credentials', schema }

/** `/conshelf/tokens/<guid>` or `/conshelf/clients/<guid>`. */
export function credentialId(use: CredentialBody['use'], name: string): string {
  return `/conshelf/${use}s/${name}`
}
