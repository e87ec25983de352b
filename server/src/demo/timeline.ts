// What happens in the demo beside its daily routine, as data: one script of 48 hours that begins with the history and then
// repeats with other actors. world.ts turns it into questions that sources can ask.
import type { Environment } from './environment.ts'
import { random } from './random.ts'
import { hour, minute, second } from './time.ts'

/** Length of the script. */
export const cycleMillis = 48 * hour

interface At {
  readonly at: number
}
interface During extends At {
  readonly until: number
}

/** A workload gets a new image, one replica after the other. */
export interface Rollout extends At {
  readonly kind: 'rollout'
  readonly workload: string
  readonly tag: string
}
/** A new node image asks for a reboot; kured drains, reboots and uncordons the node. */
export interface Reboot extends During {
  readonly kind: 'reboot'
  /** Index into the environment's nodes. */
  readonly node: number
  /** When the file that asks for the reboot appeared. */
  readonly flaggedAt: number
  readonly downAt: number
  readonly upAt: number
}
/** One container dies and is started again. */
export interface Crash extends At {
  readonly kind: 'crash'
  readonly workload: string
  readonly reason: 'OOMKilled' | 'Error'
  readonly exitCode: number
}
/** A container dies again and again, with growing pauses. */
export interface CrashLoop extends During {
  readonly kind: 'crash-loop'
  readonly workload: string
}
/** The administrator works from a jump box. */
export interface AdminSession extends During {
  readonly kind: 'admin-session'
  readonly purpose: 'bootstrap' | 'rollout' | 'inspection'
  readonly jumpBox: 0 | 1
}
/** Somebody on the internet tries the gateway. */
export interface Attack extends During {
  readonly kind: 'attack'
  readonly client: string
  readonly userAgent: string
  /** Requests in a minute. */
  readonly rate: number
}
export interface ImagePush extends At {
  readonly kind: 'image-push'
  readonly tag: string
}
/** The reviewed images go from quarantine/ to live/. */
export interface ImageImport extends At {
  readonly kind: 'image-import'
}
/** Somebody imports straight from a public registry into live/. */
export interface QuarantineSkipped extends At {
  readonly kind: 'quarantine-skipped'
}
export interface CertificateImport extends At {
  readonly kind: 'certificate-import'
}

export type Incident =
  | Rollout
  | Reboot
  | Crash
  | CrashLoop
  | AdminSession
  | Attack
  | ImagePush
  | ImageImport
  | QuarantineSkipped
  | CertificateImport
export type IncidentKind = Incident['kind']
export type IncidentOf<K extends IncidentKind> = Extract<Incident, { readonly kind: K }>

const rollouts = ['a0005-o/microservice-b', 'a0005-i/microservice-c', 'a0005-o/microservice-a', 'a0005-i/web-frontend']

/** The last moment an incident still shows. */
export function endOf(incident: Incident): number {
  return 'until' in incident ? incident.until : incident.at
}

/** The incidents of one repetition of the script, in order of time. */
export function script(environment: Environment, epoch: number, cycle: number): readonly Incident[] {
  const start = epoch + cycle * cycleMillis
  const r = random(environment.seed, 'script', cycle)
  // Nobody works by the clock: each entry moves by up to two minutes.
  const at = (hours: number): number => start + hours * hour + r.int(-120, 120) * second
  const span = (hours: number, minutes: number): During => {
    const from = at(hours)
    return { at: from, until: from + minutes * minute }
  }
  const workload = rollouts[cycle % rollouts.length]!
  const tag = `1.${cycle + 1}`
  const incidents: readonly Incident[] = [
    { kind: 'crash', workload: 'a0005-o/microservice-a', reason: 'OOMKilled', exitCode: 137, at: at(9.5) },
    {
      kind: 'attack',
      client: '192.0.2.77',
      userAgent: 'sqlmap/1.8#stable (https://sqlmap.org)',
      rate: 6,
      ...span(20.3, 4),
    },
    { kind: 'image-push', tag, at: at(26.5) },
    { kind: 'admin-session', purpose: 'rollout', jumpBox: 1, ...span(26.8, 30) },
    { kind: 'rollout', workload, tag, at: at(27) },
    ...reboots(environment, at(30.5), at(34)),
    { kind: 'crash', workload: 'falco-system/falco', reason: 'Error', exitCode: 1, at: at(37.5) },
    { kind: 'admin-session', purpose: 'bootstrap', jumpBox: 0, ...span(38.6, 35) },
    { kind: 'certificate-import', at: at(38.8) },
    { kind: 'image-import', at: at(40) },
    { kind: 'quarantine-skipped', at: at(41.5) },
    { kind: 'admin-session', purpose: 'inspection', jumpBox: 0, ...span(43, 25) },
    { kind: 'attack', client: '198.51.100.213', userAgent: 'python-requests/2.31.0', rate: 40, ...span(45.5, 12) },
    { kind: 'crash-loop', workload: 'a0005-i/microservice-c', ...span(46.6, 55) },
  ]
  return incidents.toSorted((one, other) => one.at - other.at)
}

function reboots(environment: Environment, flaggedAt: number, firstAt: number): readonly Reboot[] {
  return environment.nodes.map((_, node) => {
    const at = firstAt + node * 20 * minute
    const downAt = at + 95 * second
    const upAt = downAt + 110 * second
    return {
      kind: 'reboot',
      node,
      flaggedAt: flaggedAt + node * 70 * second,
      at,
      downAt,
      upAt,
      until: upAt + 15 * second,
    }
  })
}
