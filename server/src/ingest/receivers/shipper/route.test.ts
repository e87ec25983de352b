import { describe, expect, test } from 'vitest'
import { customTable, shippedRow } from './route.ts'

test.each([
  ['app.web-1', 'app_web_1_CL'],
  ['Known_CL', 'Known_CL'],
  ['1st', '_1st_CL'],
  ['', 'Logs_CL'],
  ['...', 'Logs_CL'],
  ['x'.repeat(200), `${'x'.repeat(90)}_CL`],
])('table of the tag %j', (tag, table) => {
  expect(customTable(tag)).toBe(table)
  expect(table).toMatch(/^[A-Za-z_][A-Za-z0-9_]{0,99}_CL$/)
})

const kubernetes = {
  pod_name: 'web-5d',
  namespace_name: 'shop',
  pod_id: 'u-1',
  labels: { app: 'web' },
  annotations: { a: 'b' },
  host: 'node-1',
  container_name: 'web',
  docker_id: 'c0ffee',
  container_hash: 'reg.example/team/web@sha256:12',
  container_image: 'reg.example:5000/team/web:1.2',
}

describe('lines of containers', () => {
  test('with the metadata of a kubernetes filter', () => {
    const row = shippedRow({
      tag: 'kube.x',
      time: '2026-03-01T10:00:00Z',
      fields: { log: 'ready\n', stream: 'stderr', level: 'WARN', kubernetes },
    })
    expect(row).toMatchObject({ table: 'ContainerLogV2', time: '2026-03-01T10:00:00Z' })
    expect(row.fields).toEqual({
      Computer: 'node-1',
      ContainerId: 'c0ffee',
      ContainerName: 'web',
      PodName: 'web-5d',
      PodNamespace: 'shop',
      LogMessage: 'ready',
      LogSource: 'stderr',
      LogLevel: 'warning',
      KubernetesMetadata: {
        podUid: 'u-1',
        podLabels: { app: 'web' },
        podAnnotations: { a: 'b' },
        image: 'reg.example:5000/team/web:1.2',
        imageRepo: 'reg.example:5000/team/web',
        imageTag: '1.2',
        imageID: 'reg.example/team/web@sha256:12',
        fields: { level: 'WARN' },
      },
      SourceSystem: 'Containers',
    })
  })

  test('a line that was taken apart', () => {
    const { fields } = shippedRow({ tag: 't', fields: { kubernetes, stream: 'stdout', user: 'an', took: 3 } })
    expect(fields).toMatchObject({ LogMessage: { user: 'an', took: 3 }, LogLevel: 'unknown' })
  })

  test('with nothing but the name of its file', () => {
    const id = 'a'.repeat(64)
    const { table, fields, time } = shippedRow({
      tag: `kube.var.log.containers.web-5d_shop_main-app-${id}.log`,
      time: '2026-03-01T10:00:09Z',
      fields: { log: '2026-03-01T10:00:00.5Z stdout F it is up' },
    })
    expect([table, time]).toEqual(['ContainerLogV2', '2026-03-01T10:00:00.5Z'])
    expect(fields).toMatchObject({
      PodName: 'web-5d',
      PodNamespace: 'shop',
      ContainerName: 'main-app',
      ContainerId: id,
      LogMessage: 'it is up',
      LogSource: 'stdout',
    })
  })

  test.each([
    ['plain\n', { LogMessage: 'plain' }],
    ['2026-03-01T10:00:00.123456789Z stderr F all of it', { LogSource: 'stderr', LogMessage: 'all of it' }],
    ['{"log":"x\\n","stream":"stdout","time":"2026-03-01T10:00:00Z"}', { LogSource: 'stdout', LogMessage: 'x' }],
    ['{"log":"x"}', { LogMessage: '{"log":"x"}' }],
    ['{"log":', { LogMessage: '{"log":' }],
  ])('%j', (log, columns) =>
    expect(shippedRow({ tag: 't', fields: { log, kubernetes } }).fields).toMatchObject(columns),
  )
})

test('all else is a row of its tag', () => {
  expect(shippedRow({ tag: 'cpu', fields: { cpu_p: 1.5, kubernetes: 'no' }, raw: '{}' })).toEqual({
    table: 'cpu_CL',
    fields: { cpu_p: 1.5, kubernetes: 'no' },
    misfits: 'leave out',
    raw: '{}',
  })
})
