import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { openContent } from '../../content/content.ts'
import { receivers } from './index.ts'
import { columnsOf, decode, decodeRows, mutations } from './testing.ts'

const receiver = receivers['cri-logs']
const id = '0123456789abcdef'.repeat(4)

test('CRI: pieces are joined by stream, the first gives the time; the file name tells the pod', async () => {
  const body = [
    '2026-03-01T10:00:00.123456789Z stdout P one, ',
    '2026-03-01T10:00:00.2Z stderr F a fault',
    '2026-03-01T10:00:00.3Z stdout P two, ',
    '2026-03-01T10:00:00.4Z stdout F three',
    '2026-03-01T12:00:01.5+02:00 stdout F:x {"level":"info"}',
    '2026-03-01T10:00:02Z stdout F ',
    '',
  ].join('\n')
  const file = `/var/log/containers/web-5d8f7.x_shop_front-end-${id}.log`
  const rows = await decodeRows(receiver, body, { file, computer: 'node-1', cluster: '/subscriptions/s/c' })
  expect(rows.map(({ time, fields }) => [time, fields.LogSource, fields.LogMessage])).toEqual([
    ['2026-03-01T10:00:00.2Z', 'stderr', 'a fault'],
    ['2026-03-01T10:00:00.123456789Z', 'stdout', 'one, two, three'],
    ['2026-03-01T12:00:01.5+02:00', 'stdout', '{"level":"info"}'],
    ['2026-03-01T10:00:02Z', 'stdout', ''],
  ])
  expect(rows[0]).toMatchObject({
    table: 'ContainerLogV2',
    resourceId: '/subscriptions/s/c',
    fields: {
      Computer: 'node-1',
      ContainerId: id,
      ContainerName: 'front-end',
      PodName: 'web-5d8f7.x',
      PodNamespace: 'shop',
    },
  })
})

test('a rotated file in the folder of a pod', async () => {
  const file = '/var/log/pods/kube-system_dns-1_6f1c9a3e-0f0b-4e0e-8a6d-0c1d2e3f4a5b/dns/3.log.20260301-100000'
  const [row] = await decodeRows(receiver, '2026-03-01T10:00:00Z stdout F x\r\n', { file })
  expect(row?.fields).toEqual({
    ContainerName: 'dns',
    PodName: 'dns-1',
    PodNamespace: 'kube-system',
    KubernetesMetadata: { podUid: '6f1c9a3e-0f0b-4e0e-8a6d-0c1d2e3f4a5b' },
    LogMessage: 'x',
    LogSource: 'stdout',
    LogLevel: 'unknown',
    SourceSystem: 'Containers',
  })
})

test('Docker: only pieces of 16 KB are joined, the last line of a container stands alone', async () => {
  const line = (log: string, stream = 'stdout') =>
    `${JSON.stringify({ log, stream, time: '2026-03-01T10:00:00.1Z' })}\n`
  const long = 'x'.repeat(16_384)
  const rows = await decodeRows(
    receiver,
    [line(long), line('err\n', 'stderr'), line('end\n'), line('bye'), line('again\n')].join(''),
    {
      file: `/var/lib/docker/containers/${id}/${id}-json.log`,
    },
  )
  expect(rows.map(({ fields }) => fields.LogMessage)).toEqual(['err', `${long}end`, 'bye', 'again'])
  expect(rows[0]?.fields.ContainerId).toBe(id)
})

test('bad lines are refused alone, what was begun is kept', async () => {
  const body =
    '2026-03-01T10:00:00Z stdout F a\nnonsense\n{"log":1}\n{"log":"cut\n2026-03-01T10:00:00Z stdout P unended'
  const found = await decode(receiver, body)
  expect(found.map((entry) => ('rejected' in entry ? entry.raw : entry.fields.LogMessage))).toEqual([
    'a',
    'nonsense',
    '{"log":1}',
    '{"log":"cut',
    'unended',
  ])
})

test('a multi-byte letter on the border of two chunks', async () => {
  const text = `${'a'.repeat(959)}ö`
  const [row] = await decodeRows(receiver, `2026-03-01T10:00:00.123456789Z stdout F ${text}\n`)
  expect(row?.fields.LogMessage).toBe(text)
})

test('whatever the bytes, every line is a row or a refusal', async () => {
  const text =
    '2026-03-01T10:00:00Z stdout F first\n{"log":"second\\n","stream":"stderr","time":"2026-03-01T10:00:00Z"}\n'.repeat(
      3,
    )
  for (const changed of mutations(text, 400, 5)) {
    const lines = changed.split('\n').filter((line) => line.trim() !== '')
    const found = await decode(receiver, changed)
    // A changed tag may join two lines.
    expect(found.length).toBeLessThanOrEqual(lines.length)
    expect(found.length).toBeGreaterThan(0)
  }
})

const sample = new URL('../../../../../shared/samples/container-log-files.txt', import.meta.url)

describe.skipIf(!existsSync(sample))('published lines (skipped without ../shared)', () => {
  test('container-log-files.txt: each is a row of ContainerLogV2', async () => {
    const text = readFileSync(sample, 'utf8')
    const rows = await decodeRows(receiver, text)
    expect(rows).toHaveLength(text.trimEnd().split('\n').length)
    const columns = columnsOf(openContent(), 'ContainerLogV2')
    expect(rows.flatMap(({ fields }) => Object.keys(fields)).filter((name) => !columns.has(name))).toEqual([])
    expect(rows[1]?.fields).toMatchObject({
      LogSource: 'stderr',
      LogMessage: '[2019-04-05T14:54:23.584269761] Container 1 is logging on stderr',
    })
  })
})
