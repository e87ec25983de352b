// What logs can come from: the receivers of the server, where each answers, and how a sender is set up.

/** What a configuration is filled in with. */
export interface Place {
  /** Without a slash at its end. */
  readonly url: string
  readonly host: string
  readonly workspace: string
  /** Of the listener, where the source has one. */
  readonly port: number
}

export interface Source {
  readonly title: string
  readonly what: string
  /** Names in counters and in the error table. */
  readonly receivers: readonly string[]
  readonly path?: string
  /** Setting that opens the socket, for sources without a path. */
  readonly setting?: string
  readonly configuration: (place: Place) => string
}

const query = (workspace: string) => `workspace=${encodeURIComponent(workspace)}`
const curl =
  (path: string, file: string) =>
  ({ url, workspace }: Place): string =>
    `curl --data-binary @${file} '${url}${path}?${query(workspace)}'`

export const sources: readonly Source[] = [
  {
    title: 'Azure diagnostic settings',
    what: 'Resource logs and metrics as Azure writes them: {"records":[…]}, an array, or one record a line',
    receivers: ['azure-diagnostics'],
    path: '/ingest/azure-diagnostics',
    configuration: curl('/ingest/azure-diagnostics', 'PT1H.json'),
  },
  {
    title: 'Logs Ingestion API',
    what: 'Records for a stream of a data collection rule',
    receivers: ['logs-ingestion'],
    path: '/dataCollectionRules/{rule}/streams/{stream}',
    configuration: ({ url }) =>
      `curl -H 'content-type: application/json' --data-binary @records.json \\\n  '${url}/dataCollectionRules/RULE/streams/STREAM?api-version=2023-01-01'`,
  },
  {
    title: 'Kubernetes audit',
    what: 'The audit webhook of the API server, and files of its log backend',
    receivers: ['kubernetes-audit'],
    path: '/k8s-audit',
    // https://github.com/kubernetes/client-go/blob/master/rest/client.go drops the parameters of its server's address.
    configuration: ({ url, workspace }) =>
      `# For rows of AzureDiagnostics: /diagnostics instead of /resource.\napiVersion: v1\nkind: Config\nclusters:\n  - name: conshelf\n    cluster: { server: "${url}/k8s-audit/${workspace}/resource/ARM-ID-OF-THE-CLUSTER" }\ncontexts:\n  - name: conshelf\n    context: { cluster: conshelf, user: "" }\ncurrent-context: conshelf`,
  },
  {
    title: 'Log files of containers',
    what: 'Lines that container runtimes write on a node, in the format of CRI or Docker',
    receivers: ['cri-logs'],
    path: '/ingest/cri-logs',
    configuration: ({ url, workspace }) =>
      `curl --data-binary @"$FILE" "${url}/ingest/cri-logs?${query(workspace)}&file=$FILE&computer=$(hostname)"`,
  },
  {
    title: 'Syslog, CEF and LEEF',
    what: 'Messages over UDP, TCP or TLS, into the workspace of CONSHELF_SYSLOG_WORKSPACE; files of them over HTTP',
    receivers: ['syslog-tcp', 'syslog-udp', 'syslog-tls', 'syslog'],
    path: '/ingest/syslog',
    setting: 'CONSHELF_SYSLOG',
    configuration: ({ host, port }) =>
      `*.* action(type="omfwd" target="${host}" port="${port || 5514}" protocol="tcp"\n           TCP_Framing="octet-counted" template="RSYSLOG_SyslogProtocol23Format"\n           queue.type="LinkedList" queue.filename="conshelf" queue.saveOnShutdown="on"\n           action.resumeRetryCount="-1")`,
  },
  {
    title: 'Fluentd and Fluent Bit, forward protocol',
    what: 'Records with acknowledgements, into the workspace of CONSHELF_FORWARD_WORKSPACE; lines of containers go to ContainerLogV2',
    receivers: ['fluentd-forward', 'fluentd-forward-tls'],
    setting: 'CONSHELF_FORWARD',
    configuration: ({ host, port }) =>
      `pipeline:\n  outputs:\n    - name: forward\n      match: "*"\n      host: ${host}\n      port: ${port || 24224}\n      require_ack_response: true`,
  },
  {
    title: 'OpenTelemetry',
    what: 'Logs, metrics and traces, OTLP over HTTP',
    receivers: ['otlp-logs', 'otlp-metrics', 'otlp-traces'],
    path: '/v1/{logs,metrics,traces}',
    configuration: ({ url, workspace }) =>
      `exporters:\n  otlphttp/conshelf:\n    endpoint: ${url}\n    headers: { x-conshelf-workspace: ${workspace} }`,
  },
  {
    title: 'Prometheus remote write',
    what: 'Samples, histograms, exemplars and metadata; versions 1.0 and 2.0',
    receivers: ['prometheus-write'],
    path: '/api/v1/write',
    configuration: ({ url, workspace }) => `remote_write:\n  - url: ${url}/api/v1/write?${query(workspace)}`,
  },
  {
    title: 'Prometheus text format',
    what: 'What exporters serve, also OpenMetrics',
    receivers: ['prometheus-text'],
    path: '/ingest/prometheus',
    configuration: ({ url, workspace }) =>
      `curl -s localhost:9100/metrics | curl --data-binary @- '${url}/ingest/prometheus?${query(workspace)}&job=node'`,
  },
  {
    title: 'Flow logs',
    what: 'Blobs of flow logs of network security groups and virtual networks',
    receivers: ['flow-logs'],
    path: '/ingest/flow-logs',
    configuration: curl('/ingest/flow-logs', 'PT1H.json'),
  },
  {
    title: 'Data export of a workspace',
    what: 'Rows of tables as data export writes them to event hubs and storage',
    receivers: ['data-export'],
    path: '/ingest/data-export',
    configuration: curl('/ingest/data-export', 'PT05M.json'),
  },
  {
    title: 'Defender for Cloud',
    what: 'Alerts, recommendations and regulatory compliance: continuous export, answers of the REST API',
    receivers: ['defender'],
    path: '/ingest/defender',
    configuration: ({ url, workspace }) =>
      `az security alert list -o json | curl --data-binary @- '${url}/ingest/defender?${query(workspace)}'`,
  },
  {
    title: 'Agent of Container insights',
    what: 'What its agent posts: {"DataType":…,"DataItems":[…]}',
    receivers: ['container-insights'],
    path: '/ingest/container-insights',
    configuration: curl('/ingest/container-insights', 'items.json'),
  },
  {
    title: 'JSON rows',
    what: 'Rows of a table by its column names: an array of objects, or one object a line',
    receivers: ['json'],
    path: '/ingest/json/{table}',
    configuration: curl('/ingest/json/MyTable_CL', 'rows.json'),
  },
  {
    title: 'Fluent Bit over HTTP',
    what: 'The http output, formats json, json_lines, json_stream; the tag names the table',
    receivers: ['fluent-bit'],
    path: '/ingest/fluent-bit',
    configuration: ({ host, url, workspace }) =>
      `pipeline:\n  outputs:\n    - name: http\n      match: "*"\n      host: ${host}\n      port: ${portOf(url)}\n      uri: /ingest/fluent-bit?${query(workspace)}\n      format: json\n      header_tag: FLUENT-TAG`,
  },
  {
    title: 'Vector',
    what: 'The http sink with JSON',
    receivers: ['vector'],
    path: '/ingest/vector',
    configuration: ({ url, workspace }) =>
      `sinks:\n  conshelf:\n    type: http\n    inputs: ["*"]\n    uri: ${url}/ingest/vector?${query(workspace)}\n    encoding: { codec: json }`,
  },
  {
    title: 'Falco',
    what: 'Alerts as JSON, of http_output and falcosidekick',
    receivers: ['falco'],
    path: '/ingest/falco',
    configuration: ({ url, workspace }) =>
      `json_output: true\nhttp_output:\n  enabled: true\n  url: ${url}/ingest/falco?${query(workspace)}`,
  },
  {
    title: 'Loki push',
    what: 'Streams, as Promtail and Grafana Alloy push them',
    receivers: ['loki-push'],
    path: '/loki/api/v1/push',
    configuration: ({ url, workspace }) => `clients:\n  - url: ${url}/loki/api/v1/push?${query(workspace)}`,
  },
  {
    title: 'Elasticsearch bulk',
    what: 'Documents, as Beats and Logstash send them',
    receivers: ['elastic-bulk'],
    path: '/_bulk',
    configuration: ({ url, workspace }) =>
      `output.elasticsearch:\n  hosts: ["${url}"]\n  parameters: { workspace: ${workspace} }`,
  },
  {
    title: 'Splunk HTTP event collector',
    what: 'Events and raw lines',
    receivers: ['splunk-hec'],
    path: '/services/collector',
    configuration: ({ url, workspace }) =>
      `curl '${url}/services/collector?${query(workspace)}' -d '{"event": "hello", "sourcetype": "app"}'`,
  },
  {
    title: 'HTTP Data Collector API',
    what: 'The older API of Log Analytics: signed requests, a Log-Type for each table',
    receivers: ['data-collector'],
    path: '/api/logs',
    configuration: ({ url }) => `POST ${url}/api/logs?api-version=2016-04-01\nLog-Type: MyTable`,
  },
]

function portOf(url: string): string {
  const { port, protocol } = new URL(url)
  return port || (protocol === 'https:' ? '443' : '80')
}
