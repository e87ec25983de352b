// The receivers, by the names that paths and parameters use.
import { type Content, openContent } from '../../content/content.ts'
import { type Clock, systemClock } from '../../core/clock.ts'
import type { Receiver } from '../types.ts'
import { azureDiagnostics } from './azure-diagnostics.ts'
import { criLogs } from './cri-logs.ts'
import { diagnosticContent } from './diagnostics/content.ts'
import { flowLogs } from './flow-logs.ts'
import { json } from './json.ts'
import { kubernetesAudit } from './kubernetes-audit.ts'
import { otlp } from './otlp.ts'
import { prometheusText } from './prometheus-text.ts'
import { prometheusWrite } from './prometheus-write.ts'
import { type SyslogReceiver, syslog } from './syslog.ts'

export type ReceiverName =
  | 'azure-diagnostics'
  | 'cri-logs'
  | 'flow-logs'
  | 'json'
  | 'kubernetes-audit'
  | 'otlp-logs'
  | 'otlp-metrics'
  | 'otlp-traces'
  | 'prometheus-text'
  | 'prometheus-write'
  | 'syslog'

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
    'cri-logs': criLogs,
    'flow-logs': flowLogs(content),
    json,
    'kubernetes-audit': kubernetesAudit(content),
    'otlp-logs': otlp('logs', routes),
    'otlp-metrics': otlp('metrics', routes),
    'otlp-traces': otlp('traces', routes),
    'prometheus-text': prometheusText(routes),
    'prometheus-write': prometheusWrite(routes),
    syslog: syslog(contentOf, clock),
  }
}

/** With the content of this repository. */
export const receivers = createReceivers(() => openContent())
