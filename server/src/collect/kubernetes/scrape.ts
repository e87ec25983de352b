// Metrics of the pods that ask for it by annotation (prometheus.io/scrape, port, path, scheme), as rows of InsightsMetrics and,
// with the labels that Prometheus would give them, of PrometheusMetrics.
// https://learn.microsoft.com/azure/azure-monitor/containers/container-insights-prometheus
import { type InsightsMetricsRow, type Measured, metricRow } from '../../container-insights/measurements.ts'
import { ApiClient } from './api/client.ts'
import { messageOf } from './api/mirror.ts'
import type { Pod } from './pods.ts'
import { type NamedSample, samplesOf } from './samples.ts'

const limits = { idleMillis: 15_000, answerBytes: 16 * 1_048_576 }
/** Pods asked at the same time. */
const width = 8
const job = 'kubernetes-pods'

export interface PrometheusRow {
  readonly TimeGenerated: string
  readonly _ResourceId: string
  readonly Name: string
  readonly Labels: Readonly<Record<string, string>>
  readonly Value: number
}

export interface Scraped {
  readonly insights: readonly InsightsMetricsRow[]
  readonly prometheus: readonly PrometheusRow[]
}

export async function* scrapedRows(
  at: Measured,
  pods: readonly Pod[],
  signal: AbortSignal,
  onTrouble: (message: string) => void,
): AsyncGenerator<Scraped> {
  const asking = pods.filter(({ scrape, ip, status }) => scrape && ip !== '' && status === 'Running')
  for (let start = 0; start < asking.length; start += width) {
    const some = asking.slice(start, start + width).map((pod) => scraped(at, pod, signal, onTrouble))
    const all = await Promise.all(some)
    yield { insights: all.flatMap(({ insights }) => insights), prometheus: all.flatMap(({ prometheus }) => prometheus) }
  }
}

async function scraped(
  at: Measured,
  { name, namespace, ip, scrape }: Pod,
  signal: AbortSignal,
  onTrouble: (message: string) => void,
): Promise<Scraped> {
  const host = ip.includes(':') ? `[${ip}]` : ip
  const server = `${scrape?.scheme}://${host}:${scrape?.port}`
  const scrapeUrl = server + (scrape?.path ?? '')
  const told = (message: string) => onTrouble(`${namespace}/${name}: ${scrapeUrl}: ${message}`)
  if (!URL.canParse(server)) {
    told('the annotations make no URL')
    return { insights: [], prometheus: [] }
  }
  // A pod has a certificate of its own making if any; what is sent to it is no secret.
  const target = { instance: `${host}:${scrape?.port}`, job, namespace, pod: name }
  const up = (value: number) => prometheusRow(at, target, { name: 'up', labels: {}, value })
  const client = new ApiClient({ server: new URL(server), isUnverified: true }, limits)
  try {
    const text = await client.text(scrape?.path ?? '', {}, signal, 'text/plain;version=0.0.4')
    const own = { address: ip, scrapeUrl, pod_name: name, namespace }
    const samples = [...samplesOf(text, () => true, told)]
    const insights = samples.map((sample) =>
      metricRow(at, {
        namespace: 'prometheus',
        name: sample.name,
        value: sample.value,
        tags: { ...own, ...sample.labels },
      }),
    )
    return { insights, prometheus: [...samples.map((sample) => prometheusRow(at, target, sample)), up(1)] }
  } catch (error) {
    if (signal.aborted) return { insights: [], prometheus: [] }
    told(messageOf(error))
    return { insights: [], prometheus: [up(0)] }
  } finally {
    client.close()
  }
}

/** What the target says itself steps aside for the labels of the target. https://prometheus.io/docs/prometheus/latest/configuration/configuration/#scrape_config */
function prometheusRow(
  { cluster, time }: Measured,
  target: Readonly<Record<string, string>>,
  { name, labels, value }: NamedSample,
): PrometheusRow {
  const own = Object.entries(labels).map(
    ([label, text]) => [label in target ? `exported_${label}` : label, text] as const,
  )
  const sorted = [...own, ...Object.entries(target)].sort(([a], [b]) => (a < b ? -1 : 1))
  return { TimeGenerated: time, _ResourceId: cluster.id, Name: name, Labels: Object.fromEntries(sorted), Value: value }
}
