// The application gateway (WAF_v2): access log, performance log and web application firewall log.
// https://learn.microsoft.com/azure/application-gateway/application-gateway-diagnostics
import { publicHost } from '../environment.ts'
import { random } from '../random.ts'
import { due, iso, minute, type Slot, second } from '../time.ts'
import { probeInterval, type Request, requestsIn } from '../traffic.ts'
import type { World } from '../world.ts'
import { diagnostic, diagnosticSource, type WireRecord } from './source.ts'

const backend = '10.240.4.4:443'
const instances = ['appgw_0', 'appgw_1']
const routing = {
  listenerName: 'listener-https',
  ruleName: 'agw-routing-rules',
  backendPoolName: 'bu0001a0005-00.aks-ingress.contoso.com',
  backendSettingName: 'aks-ingress-backendpool-httpsettings',
}

interface Access {
  readonly instance: string
  readonly client: string
  readonly port: number
  readonly path: string
  readonly query: string
  readonly userAgent: string
  readonly status: number
  readonly seconds: number
  readonly received: number
  readonly sent: number
  readonly trace: string
  readonly sourcePort: number
  /** Whether the request reached the cluster. */
  readonly routed: boolean
}

function accessProperties(access: Access) {
  const answered = access.routed
  return {
    instanceId: access.instance,
    clientIP: access.client,
    clientPort: access.port,
    httpMethod: 'GET',
    originalRequestUriWithArgs: access.query === '' ? access.path : `${access.path}?${access.query}`,
    requestUri: access.path,
    requestQuery: access.query,
    userAgent: access.userAgent,
    httpStatus: access.status,
    httpVersion: 'HTTP/1.1',
    receivedBytes: access.received,
    sentBytes: access.sent,
    clientResponseTime: 0,
    timeTaken: Number(access.seconds.toFixed(3)),
    WAFEvaluationTime: '0.001',
    WAFMode: 'Prevention',
    transactionId: access.trace,
    sslEnabled: 'on',
    sslCipher: 'ECDHE-RSA-AES256-GCM-SHA384',
    sslProtocol: 'TLSv1.2',
    sslClientVerify: 'NONE',
    sslClientCertificateFingerprint: '',
    sslClientCertificateIssuerName: '',
    serverRouted: answered ? backend : '',
    serverStatus: answered ? String(access.status) : '',
    serverResponseLatency: answered ? Math.max(access.seconds - 0.001, 0.001).toFixed(3) : '',
    upstreamSourcePort: answered ? String(access.sourcePort) : '',
    originalHost: publicHost,
    host: answered ? 'bu0001a0005-00.aks-ingress.contoso.com' : publicHost,
    error_info: 'ERRORINFO_NO_ERROR',
    contentType: answered ? 'text/html; charset=utf-8' : '',
  }
}

function accessRecord(world: World, time: number, access: Access): WireRecord {
  return {
    timeStamp: `${iso(time).slice(0, 19)}+00:00`,
    ...diagnostic(world.environment.ids.gateway, 'ApplicationGatewayAccessLog', 'ApplicationGatewayAccess', time),
    ...routing,
    properties: accessProperties(access),
  }
}

/** Both instances take requests; the trace decides, so that every log agrees. */
function instanceOf(request: Request): string {
  return instances[Number.parseInt(request.trace[0]!, 16) % 2]!
}

function* accessLog(world: World, slot: Slot): Generator<WireRecord> {
  for (const request of requestsIn(world, slot)) {
    yield accessRecord(world, request.at, {
      ...request,
      instance: instanceOf(request),
      sourcePort: request.port,
      routed: request.blocked === undefined,
    })
  }
  const at = due(slot, probeInterval, 7 * second)
  if (at === undefined) return
  const r = random(world.environment.seed, 'gateway-probes', slot.start)
  for (const [index, path] of ['/favicon.ico', '/healthz'].entries()) {
    yield accessRecord(world, at + index * 40, {
      instance: r.pick(instances),
      client: '127.0.0.1',
      port: 0,
      path,
      query: '',
      userAgent: '-',
      status: 200,
      seconds: r.around(0.004, 0.002),
      received: 0,
      sent: r.int(180, 260),
      trace: r.hex(32),
      sourcePort: r.int(20_000, 60_000),
      routed: true,
    })
  }
}

const policy = 'waf-policy'

function* firewallLog(world: World, slot: Slot): Generator<WireRecord> {
  const { environment } = world
  for (const request of requestsIn(world, slot)) {
    const match = request.blocked
    if (match === undefined) continue
    const envelope = diagnostic(
      environment.ids.gateway,
      'ApplicationGatewayFirewallLog',
      'ApplicationGatewayFirewall',
      request.at,
    )
    yield {
      timeStamp: `${iso(request.at).slice(0, 19)}+00:00`,
      ...envelope,
      properties: {
        instanceId: instanceOf(request),
        clientIp: request.client,
        clientPort: '',
        requestUri: `${request.path}?${request.query}`,
        ruleSetType: 'OWASP_CRS',
        ruleSetVersion: '3.2',
        ruleId: match.ruleId,
        ruleGroup: match.group,
        message: match.message,
        action: 'Blocked',
        site: 'Global',
        details: { message: `${match.message}. `, data: match.data, file: match.file, line: match.line },
        hostname: publicHost,
        transactionId: request.trace,
        policyId: environment.ids.gateway.replace(
          /applicationGateways\/.*/,
          `ApplicationGatewayWebApplicationFirewallPolicies/${policy}`,
        ),
        policyScope: 'Global',
        policyScopeName: 'Global',
        engine: 'Azwaf',
      },
    }
  }
}

function* performanceLog(world: World, slot: Slot): Generator<WireRecord> {
  const at = due(slot, minute)
  if (at === undefined) return
  const { environment } = world
  const r = random(environment.seed, 'gateway-performance', slot.start)
  const requests = requestsIn(world, slot).length * 4 + 4
  for (const instanceId of instances) {
    yield {
      ...diagnostic(environment.ids.gateway, 'ApplicationGatewayPerformanceLog', 'ApplicationGatewayPerformance', at),
      properties: {
        instanceId,
        healthyHostCount: '1',
        unHealthyHostCount: '0',
        requestCount: String(Math.max(1, Math.round(requests / 2) + r.int(-1, 1))),
        latency: String(r.int(3, 40)),
        failedRequestCount: world.during('crash-loop', slot).length > 0 ? String(r.int(0, 2)) : '0',
        throughput: String(r.int(900, 2600) * requests),
      },
    }
  }
}

export const gatewaySources = [
  diagnosticSource('cluster', 'gateway-access-log', accessLog),
  diagnosticSource('cluster', 'gateway-firewall-log', firewallLog),
  diagnosticSource('cluster', 'gateway-performance-log', performanceLog),
]
