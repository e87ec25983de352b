// Our own API for the portal, the command line and scripts, under /conshelf. One file for each group of routes.
import type { FastifyInstance } from 'fastify'
import { requireToken } from '../../auth.ts'
import { begin, serverErrorOf } from '../../errors.ts'
import type { ApiParts } from '../../parts.ts'
import { aboutRoute } from './about.ts'
import { alertRulesRoute } from './alert-rules.ts'
import { compileRoutes } from './compile.ts'
import { credentialRoutes } from './credentials.ts'
import { queriesRoute } from './queries.ts'
import { receiversRoute } from './receivers.ts'
import { resourcesRoute } from './resources.ts'
import { schemaRoute } from './schema.ts'
import { workspacesRoute } from './workspaces.ts'

export async function portalSurface(scope: FastifyInstance, parts: ApiParts): Promise<void> {
  scope.setErrorHandler((error, _request, reply) => {
    const known = serverErrorOf(error)
    const { code, remedy } = known.entry
    return begin(reply, known, parts.log).send({ error: { code, message: known.message, remedy } })
  })
  aboutRoute(scope, parts)
  await scope.register(async (guarded) => {
    requireToken(guarded, parts)
    workspacesRoute(guarded, parts)
    schemaRoute(guarded, parts)
    receiversRoute(guarded, parts)
    resourcesRoute(guarded, parts)
    queriesRoute(guarded, parts)
    alertRulesRoute(guarded, parts)
    compileRoutes(guarded, parts)
    credentialRoutes(guarded, parts)
  })
}
