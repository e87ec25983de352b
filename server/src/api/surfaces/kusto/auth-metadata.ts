// GET /v1/rest/auth/metadata: where clients get tokens from. Every SDK asks before its first call, without a token of its own.
import type { FastifyInstance } from 'fastify'

/** What the public cloud answers: the names of Microsoft's own applications, which clients compare with. */
const metadata = {
  AzureAD: {
    LoginEndpoint: 'https://login.microsoftonline.com',
    LoginMfaRequired: false,
    KustoClientAppId: 'db662dc1-0cfe-4e1c-a843-19a68e65be58',
    KustoClientRedirectUri: 'https://microsoft/kustoclient',
    KustoServiceResourceId: 'https://kusto.kusto.windows.net',
    FirstPartyAuthorityUrl: 'https://login.microsoftonline.com/f8cdef31-a31e-4b4a-93e4-5f571e91255a',
  },
  dSTS: {},
}

export function authMetadataRoute(scope: FastifyInstance): void {
  const schema = { tags: ['kusto'], summary: 'Where clients of Kusto get their tokens; needs none itself' }
  scope.get('/v1/rest/auth/metadata', { schema }, async () => metadata)
}
