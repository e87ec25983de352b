// The receivers, by the names that paths and parameters use.
import { type Content, openContent } from '../../content/content.ts'
import { type Clock, systemClock } from '../../core/clock.ts'
import type { Receiver } from '../types.ts'
import { azureDiagnostics } from './azure-diagnostics.ts'
import { containerInsights } from './container-insights.ts'
import { criLogs } from './cri-logs.ts'
import { dataExport } from './data-export.ts'
import { defender } from './defender.ts'
import { diagnosticContent } from './diagnostics/content.ts'
import { elasticBulk } from './elastic-bulk.ts'
import { falco } from './falco.ts'
import { flowLogs } from './flow-logs.ts'
import { fluentBit } from './fluent-bit.ts'
import { json } from './json.ts'
import { kubernetesAudit } from './kubernetes-audit.ts'
import { lokiPush } from './loki-push.ts'
import { otlp } from './otlp.ts'
import { prometheusText } from './prometheus-text.ts'
import { prometheusWrite } from './prometheus-write.ts'
import { splunkEvents, splunkRaw } from './splunk-hec.ts'
import { type SyslogReceiver, syslog } from './syslog.ts'
import { vector } from './vector.ts'

export type ReceiverName =
  | 'azure-diagnostics'
  | 'container-insights'
  | 'cri-logs'
  | 'data-export'
  | 'defender'
  | 'elastic-bulk'
  | 'falco'
  | 'flow-logs'
  | 'fluent-bit'
  | 'json'
  | 'kubernetes-audit'
  | 'loki-push'
  | 'otlp-logs'
  | 'otlp-metrics'
  | 'otlp-traces'
  | 'prometheus-text'
  | 'prometheus-write'
  | 'splunk-events'
  | 'splunk-raw'
  | 'syslog'
  | 'vector'

export interface Receivers extends Readonly<Record<ReceiverName, Receiver>> {
  readonly syslog: SyslogReceiver
}

export function createReceivers(open: () => Content, clock: Clock = systemClock): Receivers {
  let opened: Content | undefined
  const contentOf = () => {
    opened ??= open()
    return opened
  }
  const content = diagnosticContent(contentOf)
  const routes = () => contentOf().routes()
  return {
    'azure-diagnostics': azureDiagnostics(content),
    'container-insights': containerInsights(contentOf),
    'cri-logs': criLogs,
    'data-export': dataExport(contentOf),
    defender: defender(content),
    'elastic-bulk': elasticBulk(),
    falco: falco(clock),
    'flow-logs': flowLogs(content),
    'fluent-bit': fluentBit,
    json,
    'kubernetes-audit': kubernetesAudit(content),
    'loki-push': lokiPush,
    'otlp-logs': otlp('logs', routes),
    'otlp-metrics': otlp('metrics', routes),
    'otlp-traces': otlp('traces', routes),
    'prometheus-text': prometheusText(routes),
    'prometheus-write': prometheusWrite(routes),
    'splunk-events': splunkEvents,
    'splunk-raw': splunkRaw,
    syslog: syslog(contentOf, clock),
    vector,
  }
}

/** With the content of this repository. */
export const receivers = createReceivers(() => openContent())
