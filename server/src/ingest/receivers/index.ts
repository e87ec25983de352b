// The receivers, by the names that paths and parameters use.
import { type Content, openContent } from '../../content/content.ts'
import type { Receiver } from '../types.ts'
import { azureDiagnostics } from './azure-diagnostics.ts'
import { diagnosticContent } from './diagnostics/content.ts'
import { json } from './json.ts'
import { kubernetesAudit } from './kubernetes-audit.ts'

export type ReceiverName = 'azure-diagnostics' | 'json' | 'kubernetes-audit'

export function createReceivers(open: () => Content): Readonly<Record<ReceiverName, Receiver>> {
  const content = diagnosticContent(open)
  return { 'azure-diagnostics': azureDiagnostics(content), json, 'kubernetes-audit': kubernetesAudit(content) }
}

/** With the content of this repository. */
export const receivers = createReceivers(() => openContent())
