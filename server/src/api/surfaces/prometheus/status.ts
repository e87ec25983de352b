// What clients ask a Prometheus server of itself.
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ApiParts } from '../../parts.ts'
import { success } from './answer.ts'

/** Whose language and API this is: clients choose by it what they ask for. */
const prometheusVersion = '3.5.0'

const send = async (reply: FastifyReply, data: unknown): Promise<FastifyReply> =>
  reply.type('application/json; charset=utf-8').send(success(data))

export async function answerBuild({ version }: ApiParts, _request: FastifyRequest, reply: FastifyReply) {
  const revision = `conshelf-${version}`
  return send(reply, { version: prometheusVersion, revision, branch: '', buildUser: '', buildDate: '', goVersion: '' })
}

export async function answerRules(_parts: ApiParts, _request: FastifyRequest, reply: FastifyReply) {
  return send(reply, { groups: [] })
}

export async function answerAlerts(_parts: ApiParts, _request: FastifyRequest, reply: FastifyReply) {
  return send(reply, { alerts: [] })
}
