// Azure's own ingestion clients: the SDK of the Logs Ingestion API over TLS, and signed posts of the Data Collector API.
import { createHmac } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { get, request } from 'node:https'
import { join } from 'node:path'
import { isAggregateLogsUploadError, LogsIngestionClient } from '@azure/monitor-ingestion'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RealServer, startRealServer } from './server.ts'

let server: RealServer
let ca: string
beforeAll(async () => {
  server = await startRealServer({ args: ['--tls', 'self-signed', '--token', 'secret'] })
  const folder = join(server.data, 'tls')
  ca = readFileSync(join(folder, readdirSync(folder).find((name) => name.includes('cert')) ?? ''), 'utf8')
})
afterAll(async () => {
  expect(await server.stop()).toBe(0)
})

interface Sent {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}

function send(
  path: string,
  { method = 'GET', headers = {}, body }: Sent = {},
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const call = (method === 'GET' ? get : request)(server.url + path, { method, ca, headers }, (answer) => {
      let text = ''
      answer.on('data', (chunk) => {
        text += chunk
      })
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }))
    })
    call.on('error', reject)
    call.end(body)
  })
}

const authorization = { authorization: 'Bearer secret', 'content-type': 'application/json' }

async function json(path: string, method: string, body?: unknown): Promise<unknown> {
  const { text } = await send(path, { method, headers: authorization, ...(body ? { body: JSON.stringify(body) } : {}) })
  return JSON.parse(text)
}

async function ask(query: string): Promise<unknown[][]> {
  const answer = await json('/v1/workspaces/default/query', 'POST', { query })
  return (answer as { tables?: { rows: unknown[][] }[] }).tables?.[0]?.rows ?? []
}

const subscription = '/subscriptions/00000000-0000-0000-0000-000000000000'

async function onlyWorkspace(): Promise<{ id: string; properties: { customerId: string } }> {
  const path = `${subscription}/providers/Microsoft.OperationalInsights/workspaces?api-version=2023-09-01`
  const { value } = (await json(path, 'GET')) as unknown as {
    value: { id: string; properties: { customerId: string } }[]
  }
  return value[0] as { id: string; properties: { customerId: string } }
}

describe('the Logs Ingestion SDK', () => {
  const credential = { getToken: async () => ({ token: 'secret', expiresOnTimestamp: Date.now() + 3_600_000 }) }
  const client = () => new LogsIngestionClient(server.url, credential, { tlsOptions: { ca } })
  let rule: string
  beforeAll(async () => {
    const { id } = await onlyWorkspace()
    const columns = [
      { name: 'TimeGenerated', type: 'dateTime' },
      { name: 'Text', type: 'string' },
      { name: 'Number', type: 'long' },
    ]
    await json(`${id}/tables/Sdk_CL?api-version=2022-10-01`, 'PUT', {
      properties: { schema: { name: 'Sdk_CL', columns } },
    })
    const made = await json(
      `${subscription}/resourceGroups/conshelf/providers/Microsoft.Insights/dataCollectionRules/sdk?api-version=2023-03-11`,
      'PUT',
      {
        location: 'local',
        properties: {
          streamDeclarations: { 'Custom-Sdk': { columns } },
          destinations: { logAnalytics: [{ workspaceResourceId: id, name: 'w' }] },
          dataFlows: [
            {
              streams: ['Custom-Sdk'],
              destinations: ['w'],
              outputStream: 'Custom-Sdk_CL',
              transformKql: 'source | where Number >= 0',
            },
          ],
        },
      },
    )
    rule = (made as { properties: { immutableId: string } }).properties.immutableId
  })

  test('uploads, in as many requests as it takes', async () => {
    const logs = Array.from({ length: 20_000 }, (_, n) => ({
      TimeGenerated: new Date().toISOString(),
      Text: `row ${n} ${'x'.repeat(80)}`,
      Number: n,
    }))
    await client().upload(rule, 'Custom-Sdk', logs, { maxConcurrency: 3 })
    expect(
      await ask('Sdk_CL | summarize count(), dcount(Number), max(Number), countof_ = countif(Text startswith "row")'),
    ).toEqual([[20_000, expect.any(Number), 19_999, 20_000]])
  })

  test('a rule that is not there is its error', async () => {
    const failed = client().upload('dcr-00000000000000000000000000000000', 'Custom-Sdk', [{ Text: 'a' }])
    await expect(failed).rejects.toSatisfy(isAggregateLogsUploadError)
    await expect(failed).rejects.toMatchObject({ errors: [{ cause: { statusCode: 404, code: 'NotFound' } }] })
  })

  test('a record that is too large is its error, the others are there', async () => {
    const logs = [
      { Text: 'small', Number: 77_777 },
      { Text: 'y'.repeat(1_100_000), Number: 1 },
    ]
    await expect(client().upload(rule, 'Custom-Sdk', logs)).rejects.toMatchObject({
      errors: [{ cause: { statusCode: 413, code: 'ContentLengthLimitExceeded' } }],
    })
    expect(await ask('Sdk_CL | where Number == 77777 | project Text')).toEqual([['small']])
  })
})

describe('the Data Collector API', () => {
  let workspaceId: string
  let key: string
  beforeAll(async () => {
    const { id, properties } = await onlyWorkspace()
    workspaceId = properties.customerId
    key = ((await json(`${id}/sharedKeys?api-version=2020-08-01`, 'POST')) as { secondarySharedKey: string })
      .secondarySharedKey
  })

  interface Post {
    readonly headers?: Readonly<Record<string, string>>
    readonly path?: string
    readonly signedWith?: string
    readonly date?: Date
  }

  function post(
    records: unknown,
    logType: string,
    { headers = {}, path = '/api/logs?api-version=2016-04-01', signedWith = key, date = new Date() }: Post = {},
  ) {
    const body = Buffer.from(typeof records === 'string' ? records : JSON.stringify(records))
    const signed = `POST\n${body.length}\napplication/json\nx-ms-date:${date.toUTCString()}\n/api/logs`
    const signature = createHmac('sha256', Buffer.from(signedWith, 'base64')).update(signed).digest('base64')
    return send(path, {
      method: 'POST',
      body,
      headers: {
        authorization: `SharedKey ${workspaceId}:${signature}`,
        'content-type': 'application/json',
        'content-length': String(body.length),
        'log-type': logType,
        'x-ms-date': date.toUTCString(),
        ...headers,
      },
    })
  }

  const resource = '/subscriptions/S/resourceGroups/G/providers/Microsoft.Web/sites/Shop'

  test('types are in the names; an existing column takes what converts', async () => {
    const guid = '0f1e2d3c-0000-4000-8000-00000000000A'
    const at = new Date(Date.now() - 60_000).toISOString()
    const first = { word: 'a', count: 1.5, ok: true, at, id: guid, list: [1], none: null }
    expect(
      await post([first], 'Typed', { headers: { 'time-generated-field': 'at', 'x-ms-AzureResourceId': resource } }),
    ).toEqual({ status: 200, text: '' })
    expect(await post({ count: '45', word: 7 }, 'Typed')).toMatchObject({ status: 200 })
    expect(await post([{ count: 'many' }], 'Typed')).toMatchObject({ status: 200 })
    const columns = 'word_s, count_d, ok_b, at_t == TimeGenerated, id_g, list_s, count_s, SourceSystem, _ResourceId'
    expect(await ask(`Typed_CL | sort by count_d asc nulls last | project ${columns}`)).toEqual([
      ['a', 1.5, true, true, guid.toLowerCase(), '[1]', '', 'RestAPI', resource.toLowerCase()],
      ['7', 45, null, false, '', '', '', 'RestAPI', ''],
      ['', null, null, false, '', '', 'many', 'RestAPI', ''],
    ])
  })

  test.each<[string, () => ReturnType<typeof post>, number, string]>([
    ['a wrong signature', () => post([], 'T', { signedWith: 'AAAA' }), 403, 'InvalidAuthorization'],
    [
      'a clock that is off',
      () => post([], 'T', { date: new Date(Date.now() - 3_600_000) }),
      403,
      'InvalidAuthorization',
    ],
    ['no version', () => post([], 'T', { path: '/api/logs' }), 400, 'MissingApiVersion'],
    ['another version', () => post([], 'T', { path: '/api/logs?api-version=2015-01-01' }), 400, 'InvalidApiVersion'],
    ['a log type that is none', () => post([], '1x; DROP TABLE'), 400, 'InvalidLogType'],
    [
      'another content type',
      () => post([], 'T', { headers: { 'content-type': 'text/csv' } }),
      400,
      'UnsupportedContentType',
    ],
    ['no JSON', () => post('{"a":', 'T'), 400, 'InvalidDataFormat'],
    [
      'another workspace',
      () =>
        post([], 'T', { headers: { authorization: `SharedKey ${'0'.repeat(8)}-0000-0000-0000-${'0'.repeat(12)}:x` } }),
      400,
      'InvalidCustomerId',
    ],
  ])('%s is refused', async (_name, sent, status, code) => {
    const answer = await sent()
    expect(answer.status).toBe(status)
    expect(JSON.parse(answer.text)).toMatchObject({ Error: code, Message: expect.stringMatching(/./) })
  })
})
