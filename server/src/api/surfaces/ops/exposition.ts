// The Prometheus text format. https://prometheus.io/docs/instrumenting/exposition_formats/

export interface Metric {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly values: readonly MetricValue[]
}

interface MetricValue {
  /** Of the name: `_bucket`, `_sum` and `_count` of histograms. */
  readonly suffix?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly value: number
}

export function exposition(metrics: readonly Metric[]): string {
  return metrics.map(familyText).join('')
}

function familyText({ name, help, type, values }: Metric): string {
  const samples = values.map(
    ({ suffix = '', labels, value }) => `${name}${suffix}${labelText(labels ?? {})} ${value}\n`,
  )
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${samples.join('')}`
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const texts = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
  return texts.length === 0 ? '' : `{${texts.join(',')}}`
}
