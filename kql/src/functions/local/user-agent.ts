// parse_user_agent: browser, operating system and device. https://learn.microsoft.com/kusto/query/parse-user-agent-function
import { match, type Part, rules } from '../../agents/rules.ts'
import type { Cell } from '../../model.ts'
import { ArgumentError, type FunctionTable, local } from '../define.ts'

type Members = Readonly<Record<string, string>>

/** What matches no rule. */
const other: Part = (replacement) => (/^(family|os|device)_replacement$/.test(replacement) ? 'Other' : '')

function browser(part: Part): Members {
  return {
    Family: part('family_replacement', 1),
    MajorVersion: part('v1_replacement', 2),
    MinorVersion: part('v2_replacement', 3),
    Patch: part('v3_replacement', 4),
  }
}

function operatingSystem(part: Part): Members {
  return {
    Family: part('os_replacement', 1),
    MajorVersion: part('os_v1_replacement', 2),
    MinorVersion: part('os_v2_replacement', 3),
    Patch: part('os_v3_replacement', 4),
    PatchMinor: part('os_v4_replacement', 5),
  }
}

function device(part: Part): Members {
  return {
    Family: part('device_replacement', 1),
    Brand: part('brand_replacement', undefined),
    Model: part('model_replacement', 1),
  }
}

const targets = {
  browser: { name: 'Browser', read: (agent: string) => browser(match(rules().browsers, agent) ?? other) },
  os: { name: 'OperatingSystem', read: (agent: string) => operatingSystem(match(rules().systems, agent) ?? other) },
  device: { name: 'Device', read: (agent: string) => device(match(rules().devices, agent) ?? other) },
} as const

const isTarget = (name: unknown): name is keyof typeof targets =>
  typeof name === 'string' && Object.hasOwn(targets, name)

/** One target, or an array of them as JSON text. */
function targetsOf(cell: Cell | undefined): readonly (keyof typeof targets)[] {
  const names: unknown = typeof cell === 'string' && cell.startsWith('[') ? JSON.parse(cell) : [cell]
  const lower = Array.isArray(names) ? names.map((n: unknown) => String(n).toLowerCase()) : []
  if (lower.length === 0 || !lower.every(isTarget))
    throw new ArgumentError(`'parse_user_agent' looks for "browser", "os" and "device"`)
  return lower
}

function parse([agent, lookFor]: readonly Cell[]): Cell {
  const members = targetsOf(lookFor).map((t) => [targets[t].name, targets[t].read(String(agent ?? ''))])
  return JSON.stringify(Object.fromEntries(members))
}

export const userAgents: FunctionTable = {
  parse_user_agent: local(['string', 'string'], parse),
}
