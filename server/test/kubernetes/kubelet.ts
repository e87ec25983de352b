// What the kubelet of node-a answers: shapes of stats/v1alpha1 and cAdvisor's exposition, values of our own.

export function recordedSummary(now: number = Date.now()) {
  const time = new Date(now).toISOString()
  const webUid = '7c1e0001-0000-4000-8000-000000000001'
  return {
    node: {
      nodeName: 'node-a',
      startTime: '2024-04-20T08:00:00Z',
      cpu: { time, usageNanoCores: 410_000_000, usageCoreNanoSeconds: 5_000_000_000_000 },
      memory: { time, availableBytes: 9_000_000_000, workingSetBytes: 4_000_000_000, rssBytes: 3_000_000_000 },
      network: {
        time,
        name: 'eth0',
        rxBytes: 1_000,
        interfaces: [
          { name: 'eth0', rxBytes: 1_000, rxErrors: 1, txBytes: 2_000, txErrors: 0 },
          { name: 'lo', rxBytes: 5, txBytes: 5 },
        ],
      },
      fs: { time, availableBytes: 70_000_000_000, capacityBytes: 100_000_000_000, usedBytes: 30_000_000_000 },
    },
    pods: [
      {
        podRef: { name: 'web-6d4b9c7f5d-x2x9k', namespace: 'shop', uid: webUid },
        containers: [
          {
            name: 'web',
            startTime: '2024-05-01T09:00:00Z',
            cpu: { time, usageNanoCores: 120_000_000, usageCoreNanoSeconds: 900_000_000_000 },
            memory: { time, workingSetBytes: 150_000_000, rssBytes: 100_000_000 },
          },
          // A container that has just started has no measurements yet.
          { name: 'proxy', startTime: '2024-05-01T08:00:05Z' },
        ],
        volume: [
          {
            name: 'data',
            usedBytes: 1_000_000,
            capacityBytes: 8_000_000,
            pvcRef: { name: 'data-web', namespace: 'shop' },
          },
          { name: 'kube-api-access', usedBytes: 12_288, capacityBytes: 16_000_000 },
        ],
      },
      {
        podRef: { name: 'kube-scheduler-node-a', namespace: 'kube-system', uid: '5ca1ab1e5ca1ab1e5ca1ab1e5ca1ab1e' },
        containers: [
          {
            name: 'kube-scheduler',
            startTime: '2024-04-25T08:00:02Z',
            cpu: { time, usageNanoCores: 3_000_000 },
            memory: { time, workingSetBytes: 20, rssBytes: 10 },
          },
        ],
      },
    ],
  }
}

export const recordedCadvisor = `# HELP container_fs_usage_bytes Number of bytes that are consumed by the container on this filesystem.
# TYPE container_fs_usage_bytes gauge
container_fs_usage_bytes{container="",device="/dev/sda1",id="/",image="",name="",namespace="",pod=""} 3e+10 1714557600000
container_fs_usage_bytes{container="",device="/dev/shm",id="/",image="",name="",namespace="",pod=""} 0 1714557600000
container_fs_usage_bytes{container="",device="tmpfs",id="/",image="",name="",namespace="",pod=""} 12288 1714557600000
container_fs_usage_bytes{container="web",device="/dev/sda1",id="/kubepods/pod7c1e/c0ff",image="web",name="c0ff",namespace="shop",pod="web"} 99 1714557600000
# TYPE container_fs_limit_bytes gauge
container_fs_limit_bytes{container="",device="/dev/sda1",id="/",image="",name="",namespace="",pod=""} 1.2e+11 1714557600000
# TYPE container_fs_reads_total counter
container_fs_reads_total{container="",device="/dev/sda",id="/",image="",name="",namespace="",pod=""} 4711 1714557600000
container_fs_writes_total{container="",device="/dev/sda",id="/",image="",name="",namespace="",pod=""} 815 1714557600000
container_fs_reads_bytes_total{container="",device="/dev/sda",id="/",image="",name="",namespace="",pod=""} 1e+06 1714557600000
container_fs_writes_bytes_total{container="",device="/dev/sda",id="/",image="",name="",namespace="",pod=""} NaN 1714557600000
container_cpu_usage_seconds_total{container="web",cpu="total",id="/kubepods/pod7c1e/c0ff",image="web",name="c0ff",namespace="shop",pod="web"} 12.5
`
