// Where clients fetch access tokens with their id and secret, in the shape of Microsoft Entra ID, so that Azure's credentials
// work when their authority is this server. Needs no token itself.
// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { tokenLifetime } from '../../../access/access-tokens.ts'
import { idOf } from '../../../access/credentials.ts'
import { baseOf } from '../../base.ts'
import { serverErrorOf } from '../../errors.ts'
import type { ApiParts } from '../../parts.ts'

interface Tenant {
  readonly Params: { readonly tenant: string }
}

const schema = { hide: true }
const largestForm = 65_536

export async function oauthSurface(scope: FastifyInstance, parts: ApiParts): Promise<void> {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser(
    '*',
    { parseAs: 'string', bodyLimit: largestForm },
    async (_request: FastifyRequest, text: string) => text,
  )
  scope.setErrorHandler((error, request, reply) => {
    const { status, code } = serverErrorOf(error).entry
    if (status >= 500) parts.log.error({ err: error, requestId: request.id }, 'request failed')
    return refuse(
      reply,
      status,
      status < 500 ? 'invalid_request' : 'server_error',
      `${code}: the request cannot be read`,
    )
  })
  for (const url of ['/:tenant/oauth2/v2.0/token', '/:tenant/oauth2/token'])
    scope.post<Tenant>(url, { schema }, (request, reply) => issue(parts, request, reply))
  for (const url of ['/:tenant/v2.0/.well-known/openid-configuration', '/:tenant/.well-known/openid-configuration'])
    scope.get<Tenant>(url, { schema }, async (request) => discovery(request))
  for (const url of ['/:tenant/discovery/v2.0/keys', '/:tenant/discovery/keys'])
    scope.get(url, { schema }, async () => ({ keys: parts.accessTokens.publicKeys }))
  scope.get('/common/discovery/instance', { schema }, async (request) => instances(request))
}

async function issue(parts: ApiParts, request: FastifyRequest<Tenant>, reply: FastifyReply): Promise<FastifyReply> {
  const form = new URLSearchParams(String(request.body ?? ''))
  reply.header('cache-control', 'no-store').header('pragma', 'no-cache')
  const grant = form.get('grant_type') ?? ''
  if (grant !== 'client_credentials')
    return refuse(
      reply,
      400,
      'unsupported_grant_type',
      `the grant '${grant}' is not given here, but client_credentials`,
    )
  const { id, secret } = clientOf(request, form)
  const client = parts.credentials.client(id, secret)
  if (!client) return refuse(reply, 401, 'invalid_client', 'the client is unknown, its secret wrong, or it has expired')
  const audience = audienceOf(form)
  if (audience === undefined)
    return refuse(reply, 400, 'invalid_scope', 'one scope is needed, as in https://…/.default')
  const { tenant } = request.params
  const token = await parts.accessTokens.issue({
    principalId: client.body.principalId,
    clientId: idOf(client),
    issuer: issuerOf(request),
    audience,
    tenant,
  })
  const answer = { token_type: 'Bearer', expires_in: tokenLifetime, ext_expires_in: tokenLifetime, access_token: token }
  // The older endpoint is asked for a resource and answers texts.
  const isOlder = form.has('resource')
  return reply.send(isOlder ? { ...answer, expires_in: String(tokenLifetime), resource: audience } : answer)
}

/** In the form, or as user and password. */
function clientOf(
  { headers }: FastifyRequest,
  form: URLSearchParams,
): { readonly id: string; readonly secret: string } {
  const [scheme = '', credential = ''] = headers.authorization?.split(/\s+/, 2) ?? []
  if (scheme.toLowerCase() !== 'basic')
    return { id: form.get('client_id') ?? '', secret: form.get('client_secret') ?? '' }
  const [id = '', secret = ''] = Buffer.from(credential, 'base64').toString('utf8').split(':', 2)
  return { id: decoded(id), secret: decoded(secret) }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** What the token is for: a scope without its `/.default`, or the resource of the older endpoint. */
function audienceOf(form: URLSearchParams): string | undefined {
  const resource = form.get('resource')
  if (resource) return resource
  const scopes = (form.get('scope') ?? '').split(/\s+/).filter((each) => each !== '')
  return scopes.length === 1 ? scopes[0]?.replace(/\/\.default$/, '') : undefined
}

function issuerOf(request: FastifyRequest<Tenant>): string {
  return `${baseOf(request)}/${request.params.tenant}/v2.0`
}

function discovery(request: FastifyRequest<Tenant>) {
  const authority = `${baseOf(request)}/${request.params.tenant}`
  return {
    issuer: issuerOf(request),
    token_endpoint: `${authority}/oauth2/v2.0/token`,
    // No pages to sign in on; clients want an address all the same.
    authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
    jwks_uri: `${authority}/discovery/v2.0/keys`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    grant_types_supported: ['client_credentials'],
    response_types_supported: ['token'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid'],
    tenant_region_scope: null,
    cloud_instance_name: new URL(authority).host,
  }
}

/** https://learn.microsoft.com/entra/identity-platform (instance discovery): this server is its only authority. */
function instances(request: FastifyRequest) {
  const { host } = new URL(baseOf(request))
  return {
    tenant_discovery_endpoint: `${baseOf(request)}/common/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
  }
}

/** https://www.rfc-editor.org/rfc/rfc6749#section-5.2 */
function refuse(reply: FastifyReply, status: number, error: string, description: string): FastifyReply {
  return reply.code(status).send({
    error,
    error_description: description,
    correlation_id: reply.request.id,
    trace_id: reply.request.id,
  })
}
