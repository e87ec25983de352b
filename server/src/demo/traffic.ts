// Requests from the internet to the application: ordinary visitors and attackers. The gateway, the ingress controller, the services
// and the firewall each log the same requests, so the generator is shared; it repeats itself for a slot.
import { type Random, random } from './random.ts'
import { minute, rhythm, type Slot, second } from './time.ts'
import type { Attack } from './timeline.ts'
import type { World } from './world.ts'

/** A rule of the web application firewall that stopped a request. */
export interface WafMatch {
  readonly ruleId: string
  readonly group: string
  readonly file: string
  readonly line: string
  readonly message: string
  readonly data: string
}

export interface Request {
  readonly at: number
  /** 32 hex digits, the trace that all services share. */
  readonly trace: string
  readonly client: string
  readonly port: number
  readonly userAgent: string
  readonly method: string
  readonly path: string
  readonly query: string
  readonly status: number
  readonly seconds: number
  readonly received: number
  readonly sent: number
  /** Goes through all four services and from there to outside addresses. */
  readonly chain: boolean
  readonly blocked?: WafMatch
}

/** Visitors in a minute of an average day. */
const visitsPerMinute = 3.2

const userAgents = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Safari/605.1.15',
  'Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148',
  'curl/8.5.0',
]

interface Page {
  readonly path: string
  readonly weight: number
  readonly status: number
  readonly sent: number
  readonly chain?: boolean
}

const pages: readonly Page[] = [
  { path: '/URLCaller/depth/1', weight: 34, status: 200, sent: 1830, chain: true },
  { path: '/', weight: 38, status: 200, sent: 2740 },
  { path: '/css/site.css', weight: 9, status: 200, sent: 1420 },
  { path: '/js/site.js', weight: 7, status: 304, sent: 180 },
  { path: '/favicon.ico', weight: 6, status: 200, sent: 5630 },
  { path: '/admin', weight: 2, status: 403, sent: 548 },
  { path: '/robots.txt', weight: 2, status: 404, sent: 548 },
  { path: '/api/status', weight: 2, status: 404, sent: 548 },
]
const pagesByWeight = pages.flatMap((page) => Array.from({ length: page.weight }, () => page))

const sqlInjection = {
  group: 'REQUEST-942-APPLICATION-ATTACK-SQLI',
  file: 'rules/REQUEST-942-APPLICATION-ATTACK-SQLI.conf',
}
const crossSite = { group: 'REQUEST-941-APPLICATION-ATTACK-XSS', file: 'rules/REQUEST-941-APPLICATION-ATTACK-XSS.conf' }
const fileInclusion = {
  group: 'REQUEST-930-APPLICATION-ATTACK-LFI',
  file: 'rules/REQUEST-930-APPLICATION-ATTACK-LFI.conf',
}

interface Probe {
  readonly path: string
  readonly query: string
  readonly match?: WafMatch
}
/** What attackers send; the first is the request of the walkthrough. */
const probes: readonly Probe[] = [
  {
    path: '/',
    query: 'sql=DELETE%20FROM',
    match: {
      ...sqlInjection,
      ruleId: '942360',
      line: '1049',
      message: 'Detects concatenated basic SQL injection and SQLLFI attempts',
      data: 'DELETE FROM found within ARGS:sql',
    },
  },
  {
    path: '/',
    query: 'id=1%27%20OR%201%3D1--',
    match: {
      ...sqlInjection,
      ruleId: '942130',
      line: '554',
      message: 'SQL Injection Attack: SQL Tautology Detected',
      data: "1=1 found within ARGS:id: 1' OR 1=1--",
    },
  },
  {
    path: '/search',
    query: 'q=%3Cscript%3Ealert(1)%3C%2Fscript%3E',
    match: {
      ...crossSite,
      ruleId: '941110',
      line: '72',
      message: 'XSS Filter - Category 1: Script Tag Vector',
      data: '<script> found within ARGS:q',
    },
  },
  {
    path: '/download',
    query: 'file=..%2F..%2F..%2Fetc%2Fpasswd',
    match: {
      ...fileInclusion,
      ruleId: '930120',
      line: '101',
      message: 'OS File Access Attempt',
      data: 'etc/passwd found within ARGS:file',
    },
  },
  { path: '/wp-login.php', query: '' },
  { path: '/.env', query: '' },
]

/** All requests of the slot in order of time. */
export function requestsIn(world: World, slot: Slot): readonly Request[] {
  const { seed } = world.environment
  const r = random(seed, 'traffic', slot.start)
  const slotMinutes = (slot.end - slot.start) / minute
  const visits = r.count(visitsPerMinute * rhythm(slot.start) * slotMinutes)
  const requests = Array.from({ length: visits }, () => visit(world, slot, r))
  for (const attack of world.during('attack', slot)) {
    const first = slot.start <= attack.at
    const count = Math.max(first ? 1 : 0, r.count(attack.rate * slotMinutes))
    for (let i = 0; i < count; i++)
      requests.push(attackRequest(slot, attack, r, first && i === 0 ? probes[0]! : r.pick(probes)))
  }
  return requests.sort((one, other) => one.at - other.at)
}

function visit(world: World, slot: Slot, r: Random): Request {
  const page = r.pick(pagesByWeight)
  const at = r.int(slot.start, slot.end - 1)
  // One of the last service's two pods is down during a crash loop: about half of the chains fail then.
  const broken = page.chain === true && world.during('crash-loop', slot).length > 0 && r.chance(0.45)
  const seconds = r.around(page.chain === true ? 0.42 : 0.018, page.chain === true ? 0.14 : 0.008) + (broken ? 5 : 0)
  return {
    at,
    trace: r.hex(32),
    client: `203.0.113.${20 + r.int(0, 60)}`,
    port: r.int(20_000, 64_000),
    userAgent: r.pick(userAgents),
    method: 'GET',
    path: page.path,
    query: '',
    status: broken ? 500 : page.status,
    seconds,
    received: r.int(420, 980),
    sent: page.sent + r.int(0, 90),
    chain: page.chain === true,
  }
}

function attackRequest(slot: Slot, attack: Attack, r: Random, probe: Probe): Request {
  const at = r.int(Math.max(slot.start, attack.at), Math.min(slot.end, attack.until) - 1)
  return {
    at,
    trace: r.hex(32),
    client: attack.client,
    port: r.int(20_000, 64_000),
    userAgent: attack.userAgent,
    method: 'GET',
    path: probe.path,
    query: probe.query,
    status: probe.match === undefined ? 404 : 403,
    seconds: r.around(0.004, 0.002),
    received: r.int(210, 420),
    sent: probe.match === undefined ? 548 : 583,
    chain: false,
    ...(probe.match === undefined ? {} : { blocked: probe.match }),
  }
}

/** A service's call to an address outside, as the firewall sees it. */
export interface OutsideCall {
  readonly at: number
  readonly workload: string
  readonly source: string
  readonly port: number
  readonly host: string
  readonly allowed: boolean
}

/** In the order a request passes them. */
export const chainServices = [
  'a0005-i/web-frontend',
  'a0005-o/microservice-a',
  'a0005-o/microservice-b',
  'a0005-i/microservice-c',
] as const
export const vendorSite = 'packages.microsoft.com'
export const deniedSite = 'example.org'

/** Each service of a chain calls two outside addresses; only one service may reach one of them. */
export function outsideCalls(world: World, request: Request): readonly OutsideCall[] {
  if (!request.chain) return []
  const r = random(world.environment.seed, 'outside', request.at)
  return chainServices.flatMap((workload, depth) => {
    const pods = world.podsOf(workload, request.at)
    if (pods.length === 0) return []
    const pod = r.pick(pods)
    const at = request.at + depth * 70 + 12
    return [deniedSite, vendorSite].map(
      (host): OutsideCall => ({
        at,
        workload,
        source: pod.ip,
        port: r.int(32_768, 60_999),
        host,
        allowed: host === vendorSite && workload === 'a0005-o/microservice-a',
      }),
    )
  })
}

/** The gateway's and the load balancer's health checks come every half minute. */
export const probeInterval = 30 * second
