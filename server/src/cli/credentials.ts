// `conshelf token` and `conshelf client`: secrets for users, shippers and Azure's credentials, made, listed and revoked.
import { systemClock, ticksOf } from '../core/clock.ts'
import { parseTimespan } from '../core/time-range.ts'
import { fetchJson, member, serverOf } from './client.ts'
import {
  type Call,
  type Command,
  CommandError,
  type ExitCode,
  exit,
  listOption,
  serverHelp,
  serverOptions,
  textOption,
  UsageError,
} from './command.ts'

type Use = 'token' | 'client'

const json = { 'content-type': 'application/json' }

function command(use: Use, summary: string, example: string): Command {
  return {
    name: use,
    summary,
    usage: 'create NAME [--role ROLE]… [--scope SCOPE]… [--expires WHEN] [--principal ID] | list | revoke ID',
    help: `  create prints the secret, which nobody can read again.
  --role ROLE    a role to give it, by name: Reader, Log Analytics Reader, Monitoring Metrics Publisher, …
  --scope SCOPE  where: a workspace's name, an ARM id, or / for everything (the default); one for each role, or one for all
  --expires WHEN a duration (P90D) or a time; without it, never
  --principal ID object id that it stands for; without it, one of its own
${serverHelp}

  ${example}`,
    options: {
      role: { type: 'string', multiple: true },
      scope: { type: 'string', multiple: true },
      expires: { type: 'string' },
      principal: { type: 'string' },
      ...serverOptions,
    },
    run: (call) => run(use, call),
  }
}

export const token = command(
  'token',
  'make, list and revoke API tokens',
  "conshelf token create shipper --role 'Monitoring Metrics Publisher' --scope cluster",
)
export const client = command(
  'client',
  'make, list and revoke clients, which fetch access tokens as Azure’s credentials do',
  'conshelf client create dashboard --role Reader --scope networking',
)

async function run(use: Use, call: Call): Promise<ExitCode> {
  const [action, word, ...more] = call.words
  if (more.length > 0) throw new UsageError(`'${more[0]}' is one word too many`)
  switch (action) {
    case 'create':
      return create(use, call, needed(word, 'a name'))
    case 'list':
      return list(use, call)
    case 'revoke':
      await fetchJson(
        serverOf(call),
        `/conshelf/${use}s/${encodeURIComponent(needed(word, 'an id'))}`,
        { method: 'DELETE' },
        call.terminal.signal,
      )
      return exit.success
    default:
      throw new UsageError('say create, list or revoke')
  }
}

function needed(word: string | undefined, what: string): string {
  if (word === undefined) throw new UsageError(`${what} is missing`)
  return word
}

async function create(use: Use, call: Call, name: string): Promise<ExitCode> {
  const principalId = textOption(call, 'principal')
  const expires = textOption(call, 'expires')
  const body = {
    name,
    roles: rolesOf(call),
    ...(principalId === undefined ? {} : { principalId }),
    ...(expires === undefined ? {} : { expiresAt: expiryOf(expires) }),
  }
  const made = await fetchJson(
    serverOf(call),
    `/conshelf/${use}s`,
    { method: 'POST', headers: json, body: JSON.stringify(body) },
    call.terminal.signal,
  )
  const text = (key: string): string => String(member(made, key) ?? '')
  const { out, err } = call.terminal
  if (use === 'token') {
    err(`id ${text('id')}, principal ${text('principalId')}; the secret is shown this once:\n`)
    out(`${text('secret')}\n`)
  } else {
    err('the secret is shown this once:\n')
    out(`AZURE_CLIENT_ID=${text('id')}\nAZURE_CLIENT_SECRET=${text('secret')}\n`)
  }
  return exit.success
}

function rolesOf(call: Call): readonly { readonly role: string; readonly scope: string }[] {
  const [roles, scopes] = [listOption(call, 'role'), listOption(call, 'scope')]
  if (scopes.length > 1 && scopes.length !== roles.length)
    throw new UsageError(
      `${roles.length} roles and ${scopes.length} scopes: give one scope for each role, or one for all`,
    )
  if (roles.length === 0 && scopes.length > 0) throw new UsageError('a scope without a role')
  return roles.map((role, at) => ({ role, scope: scopes[at] ?? scopes[0] ?? '/' }))
}

/** A duration from now, or a time. */
function expiryOf(text: string): string {
  const now = ticksOf(systemClock.now())
  const range = /^P/i.test(text) ? parseTimespan(text, now) : undefined
  if (range?.start !== undefined && range.end !== undefined)
    return new Date(systemClock.now() + Number((range.end - range.start) / 10_000n)).toISOString()
  const at = Date.parse(text)
  if (Number.isNaN(at)) throw new UsageError(`--expires ${text} is neither a duration (P90D) nor a time`)
  return new Date(at).toISOString()
}

async function list(use: Use, call: Call): Promise<ExitCode> {
  const body = await fetchJson(serverOf(call), `/conshelf/${use}s`, {}, call.terminal.signal)
  const found = member(body, `${use}s`)
  if (!Array.isArray(found)) throw new CommandError('the server answers no list')
  const columns = ['id', 'name', 'principalId', 'createdAt', 'expiresAt'] as const
  const rows = found.map((each: unknown) => columns.map((name) => String(member(each, name) ?? '')))
  const widths = columns.map((name, at) => Math.max(name.length, ...rows.map((row) => row[at]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd()
  call.terminal.out(`${[columns, ...rows].map(line).join('\n')}\n`)
  return exit.success
}
