// Every setting of the server, for its documentation and for config.ts, which reads them.
import { logLevels } from './core/log.ts'

export interface Setting {
  readonly name: SettingName
  readonly value: string
  readonly fallback: string
  readonly doc: string
}

/** All settings. `--a-name`, `CONSHELF_A_NAME` and `a-name:` in conshelf.yaml are the same one. */
export const settings = [
  { name: 'listen', value: 'HOST:PORT', fallback: '127.0.0.1:8080', doc: 'address of the HTTP server' },
  { name: 'data', value: 'FOLDER', fallback: './data', doc: 'where everything is kept' },
  { name: 'demo', value: 'on|off', fallback: 'off', doc: 'create the demo environment and keep it producing logs' },
  { name: 'token', value: 'TEXT', fallback: '', doc: 'bearer token that every request needs; its bearer is the owner' },
  { name: 'oidc-issuer', value: 'URL', fallback: '', doc: 'identity provider whose tokens are taken' },
  { name: 'oidc-audience', value: 'TEXT,…', fallback: '', doc: 'what its tokens must be for' },
  { name: 'tls', value: 'self-signed | CERT.pem,KEY.pem', fallback: '', doc: 'serve HTTPS' },
  { name: 'log', value: logLevels.join('|'), fallback: 'warn', doc: "the server's own log on standard error" },
  { name: 'geoip', value: 'FILE.mmdb', fallback: '', doc: 'places of addresses, as in GeoLite2-City' },
  { name: 'exports', value: 'ID=FOLDER,…', fallback: '', doc: 'folders that data export to storage accounts goes to' },
  { name: 'externaldata', value: 'URL|FOLDER,…', fallback: '', doc: 'where externaldata may read; nowhere by default' },
  {
    name: 'sources',
    value: 'LIST',
    fallback: '',
    doc: 'folders, buckets and topics to follow; a list in conshelf.yaml',
  },
  { name: 'scrape', value: 'URL …', fallback: '', doc: 'Prometheus targets; see docs/receivers.md' },
  { name: 'routes', value: 'SET,…|all|none', fallback: 'all', doc: 'which telemetry goes to further tables' },
  { name: 'resource-graph', value: 'documented|all', fallback: 'documented', doc: 'KQL that Resource Graph takes' },
  { name: 'engine', value: 'embedded', fallback: 'embedded', doc: 'where rows are kept' },
  { name: 'store', value: 'sqlite', fallback: 'sqlite', doc: 'where metadata is kept' },
  {
    name: 'syslog',
    value: 'HOST:PORT | off',
    fallback: '127.0.0.1:5514',
    doc: 'address that takes syslog, CEF and LEEF, over TCP and UDP',
  },
  {
    name: 'syslog-tls',
    value: 'HOST:PORT',
    fallback: '',
    doc: 'address that takes syslog over TLS, with the certificate of `tls`',
  },
  {
    name: 'syslog-workspace',
    value: 'WORKSPACE',
    fallback: '',
    doc: 'where syslog goes: the only workspace, or `cluster`',
  },
  { name: 'forward', value: 'HOST:PORT | off', fallback: 'off', doc: "address that takes Fluentd's forward protocol" },
  {
    name: 'forward-tls',
    value: 'HOST:PORT',
    fallback: '',
    doc: 'address that takes it over TLS, with the certificate of `tls`',
  },
  {
    name: 'forward-key',
    value: 'TEXT',
    fallback: '',
    doc: 'shared key that senders of the forward protocol must know',
  },
  {
    name: 'forward-workspace',
    value: 'WORKSPACE',
    fallback: '',
    doc: 'where those records go: the only workspace, or `cluster`',
  },
] as const satisfies readonly { name: string; value: string; fallback: string; doc: string }[]

export type SettingName = (typeof settings)[number]['name']
