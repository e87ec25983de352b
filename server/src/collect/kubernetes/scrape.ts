// Metrics of the pods that ask for it by annotation (prometheus.io/scrape, port, path, scheme), as InsightsMetrics rows.
// https://learn.microsoft.com/azure/azure-monitor/containers/container-insights-prometheus
import { type InsightsMetricsRow, type Measured, metricRow } from '../../container-insights/measurements.ts'
import { ApiClient } from './api/client.ts'
import { messageOf } from './api/mirror.ts'
import type { Pod } from './pods.ts'
import { samplesOf } from './samples.ts'

const limits = { idleMillis: 15_000, answerBytes: 16 * 1_048_576 }
/** Pods asked at the same time. */
const width = 8

export async function* scrapedRows(
  at: Measured,
  pods: readonly Pod[],
  signal: AbortSignal,
  onTrouble: (message: string) => void,
): AsyncGenerator<readonly InsightsMetricsRow[]> {
  const asking = pods.filter(({ scrape, ip, status }) => scrape && ip !== '' && status === 'Running')
  for (let start = 0; start < asking.length; start += width) {
    const some = asking.slice(start, start + width).map((pod) => scraped(at, pod, signal, onTrouble))
    yield (await Promise.all(some)).flat()
  }
}

async function scraped(
  at: Measured,
  { name, namespace, ip, scrape }: Pod,
  signal: AbortSignal,
  onTrouble: (message: string) => void,
): Promise<readonly InsightsMetricsRow[]> {
  const host = ip.includes(':') ? `[${ip}]` : ip
  const server = `${scrape?.scheme}://${host}:${scrape?.port}`
  const scrapeUrl = server + (scrape?.path ?? '')
  const told = (message: string) => onTrouble(`${namespace}/${name}: ${scrapeUrl}: ${message}`)
  if (!URL.canParse(server)) {
    told('the annotations make no URL')
    return []
  }
  // A pod has a certificate of its own making if any; what is sent to it is no secret.
  const client = new ApiClient({ server: new URL(server), isUnverified: true }, limits)
  try {
    const text = await client.text(scrape?.path ?? '', {}, signal, 'text/plain;version=0.0.4')
    const own = { address: ip, scrapeUrl, pod_name: name, namespace }
    return [...samplesOf(text, () => true, told)].map((sample) =>
      metricRow(at, {
        namespace: 'prometheus',
        name: sample.name,
        value: sample.value,
        tags: { ...own, ...sample.labels },
      }),
    )
  } catch (error) {
    if (!signal.aborted) told(messageOf(error))
    return []
  } finally {
    client.close()
  }
}
