// Names of well-known services by port, for the column L7Protocol.
// https://www.iana.org/assignments/service-names-port-numbers

const names: Readonly<Record<string, readonly number[]>> = {
  'ftp-data': [20],
  ftp: [21],
  ssh: [22],
  telnet: [23],
  smtp: [25],
  domain: [53],
  bootps: [67],
  bootpc: [68],
  tftp: [69],
  http: [80],
  kerberos: [88],
  pop3: [110],
  sunrpc: [111],
  ntp: [123],
  epmap: [135],
  'netbios-ns': [137],
  'netbios-dgm': [138],
  'netbios-ssn': [139],
  imap: [143],
  snmp: [161],
  snmptrap: [162],
  bgp: [179],
  ldap: [389],
  https: [443],
  'microsoft-ds': [445],
  syslog: [514],
  submission: [587],
  ldaps: [636],
  'domain-s': [853],
  imaps: [993],
  pop3s: [995],
  'ms-sql-s': [1433],
  'ms-sql-m': [1434],
  mqtt: [1883],
  nfs: [2049],
  'etcd-client': [2379],
  'etcd-server': [2380],
  mysql: [3306],
  'ms-wbt-server': [3389],
  'ipsec-nat-t': [4500],
  sip: [5060],
  sips: [5061],
  postgresql: [5432],
  amqps: [5671],
  amqp: [5672],
  wsman: [5985],
  wsmans: [5986],
  redis: [6379],
  'http-alt': [8080],
  'pcsync-https': [8443],
  'secure-mqtt': [8883],
  mongodb: [27_017],
}

const byPort = new Map(Object.entries(names).flatMap(([name, ports]) => ports.map((port) => [port, name])))

/** `Unknown`, as traffic analytics has it, for a port that is nobody's. */
export function serviceName(port: number): string {
  return byPort.get(port) ?? 'Unknown'
}
