import { expect, test } from 'vitest'
import { MalformedBody } from '../types.ts'
import { falco } from './falco.ts'
import { decode, decodeRows } from './testing.ts'

const receiver = falco({ now: () => Date.parse('2026-03-01T00:10:00Z') } as Parameters<typeof falco>[0])

const alert = {
  uuid: 'a-1',
  output: '10:00:00.1: Notice A shell',
  priority: 'Notice',
  rule: 'Terminal shell in container',
  time: '2026-03-01T10:00:00.123456789Z',
  source: 'syscall',
  tags: ['container', 'shell'],
  hostname: 'node-1',
  output_fields: {
    'k8s.ns.name': 'shop',
    'k8s.pod.name': 'web-1',
    'container.name': '<NA>',
    'container.id': 'c0ffee',
    'container.image.repository': 'reg/web',
    'user.name': 'root',
    'proc.name': 'sh',
    'proc.cmdline': 'sh -i',
    'evt.time': 1_772_359_200_123_456_789n,
  },
}
const text = JSON.stringify(alert, (_, value) => (typeof value === 'bigint' ? Number(value) : value))

const fields = {
  Rule: 'Terminal shell in container',
  Priority: 'Notice',
  Source: 'syscall',
  Tags: ['container', 'shell'],
  Hostname: 'node-1',
  AlertId: 'a-1',
  PodNamespace: 'shop',
  PodName: 'web-1',
  ContainerId: 'c0ffee',
  Image: 'reg/web',
  UserName: 'root',
  ProcessName: 'sh',
  CommandLine: 'sh -i',
}

test.each([
  ['one object', text, 'application/json'],
  ['an object over lines', JSON.stringify(JSON.parse(text), null, 2), 'application/json'],
  ['a line', `${text}\n`, 'text/plain'],
])('JSON: %s', async (_, body, type) => {
  const [row, ...others] = await decodeRows(receiver, body, {}, type)
  expect(row).toMatchObject({ table: 'FalcoEvents_CL', time: alert.time, fields })
  expect(row?.fields).not.toHaveProperty('ContainerName')
  expect(others).toEqual([])
})

test.each([
  ['10:00:00.5: Warning A file (user=root)', '2026-03-01T10:00:00.5Z', 'Warning'],
  ['23:59:59.123456789: Critical A file (user=root)', '2026-02-28T23:59:59.123456789Z', 'Critical'],
  [
    '2026-03-01T10:00:00.000000000+0000: Informational A file (user=root)',
    '2026-03-01T10:00:00.000000000+0000',
    'Informational',
  ],
])('a line of text: %s', async (line, time, priority) => {
  const [row] = await decodeRows(receiver, line, {}, 'text/plain')
  expect(row).toMatchObject({ time, fields: { Priority: priority, Output: 'A file (user=root)' } })
})

test('what is no alert costs no other', async () => {
  const body = `Falco version: 0.1\n${text}\n{"rule":\n{"output":"x"}\n`
  const out = await decode(receiver, body, {}, 'text/plain')
  expect(out.map((one) => 'rejected' in one)).toEqual([true, false, true, true])
})

test('refused as a whole', async () => {
  await expect(decode(receiver, '{"rule":', {}, 'application/json')).rejects.toThrow(MalformedBody)
})
