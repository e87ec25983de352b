// Microsoft's Kusto client against the real server: queries in both formats, commands, parameters, ingestion, errors, limits.
import { gzipSync } from 'node:zlib'
import { Client, ClientRequestProperties, type KustoResponseDataSet } from 'azure-kusto-data'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RealServer, startRealServer } from './server.ts'

let server: RealServer
let client: Client
beforeAll(async () => {
  server = await startRealServer()
  client = new Client(server.url)
})
afterAll(async () => {
  client.close()
  expect(await server.stop()).toBe(0)
})

const database = 'default'

function rowsOf(answer: KustoResponseDataSet): unknown[][] {
  return [...(answer.primaryResults[0]?.rows() ?? [])].map((row) => [...row.values()])
}

/** The error that the service answered with, as the client passes it on. */
async function refusal(call: Promise<unknown>) {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  const { response } = error as { response?: { status: number; data: { error: Record<string, unknown> } } }
  return { status: response?.status, ...response?.data.error }
}

function properties(
  options: Readonly<Record<string, unknown>>,
  parameters: Readonly<Record<string, string | number>> = {},
): ClientRequestProperties {
  const made = new ClientRequestProperties()
  for (const [name, value] of Object.entries(options)) made.setOption(name, value)
  for (const [name, value] of Object.entries(parameters)) made.setParameter(name, value)
  return made
}

const everyType = `print b = true, i = int(-5), l = 9007199254740993, r = 1.5, d = decimal(0.10101), s = 'é"',
  t = datetime(2015-12-31T23:59:59.9), ts = 1d + 2h + 3m + 4.5s, g = guid(74BE27DE-1E4E-49D9-B579-FE0B331D3642),
  y = dynamic({"a":[1,2]}), nan = real(nan), none = datetime(null)`

const types = ['bool', 'int', 'long', 'real', 'decimal', 'string', 'datetime', 'timespan', 'guid', 'dynamic']

test.each(['executeQuery', 'executeQueryV1'] as const)('%s: every type', async (method) => {
  const answer = await client[method](database, everyType)
  const [table] = answer.primaryResults
  expect(table?.columns.map(({ type }) => type)).toEqual([...types, 'real', 'datetime'])
  const [row] = [...(table?.rows() ?? [])]
  expect(row?.toJSON()).toEqual({
    b: true,
    i: -5,
    // The client reads JSON with numbers of 64 bits.
    l: 9007199254740992,
    r: 1.5,
    d: '0.10101',
    s: 'é"',
    t: new Date('2015-12-31T23:59:59.900Z'),
    ts: 93_784_500,
    g: '74be27de-1e4e-49d9-b579-fe0b331d3642',
    y: { a: [1, 2] },
    nan: 'NaN',
    none: null,
  })
  expect(row?.raw[6]).toBe('2015-12-31T23:59:59.9000000Z')
})

test('several results, each with its visualization', async () => {
  const answer = await client.execute(database, 'print a = 1 | render piechart; print c = 2; print d = 3')
  expect(answer.primaryResults.map(({ name, columns }) => [name, columns[0]?.name])).toEqual([
    ['PrimaryResult', 'a'],
    ['Table_1', 'c'],
    ['Table_2', 'd'],
  ])
  const shown = answer.tables.find(({ name }) => name === '@ExtendedProperties')
  const values = [...(shown?.rows() ?? [])].map((row) => JSON.parse(String(row.getValueAt(2))).Visualization)
  expect(values).toEqual(['piechart', null, null])
})

test('parameters of a query, with a default and a value that is none', async () => {
  const text =
    'declare query_parameters(n:long, s:string, t:datetime = datetime(2020-01-01)); print n + 1, s, t, query_now = now()'
  const given = properties({ query_now: '2024-02-03T00:00:00Z' }, { n: 4, s: `it's "x"` })
  expect(rowsOf(await client.execute(database, text, given))).toEqual([
    [5, `it's "x"`, '2020-01-01T00:00:00Z', '2024-02-03T00:00:00Z'],
  ])
  expect(await refusal(client.execute(database, text, properties({}, { n: 'four', s: '' })))).toMatchObject({
    status: 400,
    '@message': expect.stringContaining("the value of the query parameter 'n' is no long"),
  })
})

test('commands: a table made, filled, read, shown and deleted', async () => {
  await client.execute(database, '.create table Fruit_CL (Name:string, Count:long, More:dynamic)')
  const stream = gzipSync('apple,5,{"a":1}\n"pear, ""ripe""",,\n')
  const answer: unknown = await client.executeStreamingIngest(database, 'Fruit_CL', stream, 'csv', null as never)
  expect(answer).toMatchObject({ Tables: [{ Rows: [[2, 'Inactive', 'Unknown', '']] }] })
  const more = gzipSync('{"Name":"fig","Count":7}{"Name":"plum"}')
  await client.executeStreamingIngest(database, 'Fruit_CL', more, 'multijson', null as never)
  expect(rowsOf(await client.execute(database, 'Fruit_CL | project Name, Count, More | order by Name asc'))).toEqual([
    ['apple', 5, { a: 1 }],
    ['fig', 7, null],
    ['pear, "ripe"', null, null],
    ['plum', null, null],
  ])
  const found = await client.executeMgmt(database, '.show tables | where TableName startswith "Fruit"')
  expect(rowsOf(found)).toEqual([['Fruit_CL', 'default', 'Custom', '']])
  await client.execute(database, '.drop table Fruit_CL')
  expect(await refusal(client.execute(database, 'Fruit_CL'))).toMatchObject({
    status: 400,
    code: 'General_BadRequest',
    innererror: { code: 'SEM0100', '@type': 'Kusto.Data.Exceptions.SemanticException' },
  })
})

test('a function that is stored: called with its defaults, refused when it calls itself', async () => {
  const made =
    '.create-or-alter function with (docstring = "n and more") Upto(n:long = 3) { range x from 1 to n step 1 }'
  await client.execute(database, made)
  expect(rowsOf(await client.execute(database, 'Upto() | count'))).toEqual([[3]])
  expect(rowsOf(await client.execute(database, 'Upto(5) | summarize sum(x)'))).toEqual([[15]])
  expect(rowsOf(await client.execute(database, '.show functions | project Name, Parameters, DocString'))).toEqual([
    ['Upto', '(n:long = 3)', 'n and more'],
  ])
  await client.execute(database, '.create function Twice() { Upto(2) }')
  expect(await refusal(client.execute(database, '.alter function Upto() { Twice() }'))).toMatchObject({
    status: 400,
    '@message': "the function 'Upto' would call itself",
  })
  const readOnly = properties({ request_readonly: true })
  expect((await refusal(client.execute(database, '.drop function Twice', readOnly))).status).toBe(400)
  await client.execute(database, '.drop function Twice')
})

test('an answer beyond the limit of rows is an error with its reason, unless the limit is lifted', async () => {
  const text = 'range x from 1 to 50 step 1'
  const limit = properties({ truncationmaxrecords: 3 })
  await expect(client.executeQuery(database, text, limit)).rejects.toThrow(/internal record count limit 3/)
  // The client does not look at the status of this format.
  const first = await client.executeQueryV1(database, text, limit)
  expect(rowsOf(first)).toEqual([[1], [2], [3]])
  const [status] = [...(first.tables.find(({ name }) => name === 'QueryStatus')?.rows() ?? [])]
  expect(status?.toJSON()).toMatchObject({ Severity: 2, StatusDescription: expect.stringMatching(/count limit 3 /) })
  expect(rowsOf(await client.execute(database, `set truncationmaxrecords = 60; ${text}`, limit))).toHaveLength(50)
  expect(rowsOf(await client.execute(database, text, properties({ query_take_max_records: 4 })))).toHaveLength(4)
})

test('what is unknown, malformed or too slow', async () => {
  expect(await refusal(client.execute('nowhere', 'print 1'))).toMatchObject({
    status: 400,
    code: 'BadRequest_DatabaseNotExist',
    '@type': 'Kusto.Data.Exceptions.DatabaseNotFoundException',
    '@message': "Database 'nowhere' was not found.",
  })
  expect(await refusal(client.execute(database, 'print (1'))).toMatchObject({
    innererror: { code: 'SYN0002', '@type': 'Kusto.Data.Exceptions.SyntaxException' },
  })
  const slow = new ClientRequestProperties()
  slow.setTimeout(1_000)
  const endless = 'range x from 1 to 1000000000000 step 1 | summarize count() by x % 7'
  expect(await refusal(client.execute(database, endless, slow))).toMatchObject({
    status: 504,
    '@type': 'Kusto.Data.Exceptions.KustoServiceTimeoutException',
    '@permanent': false,
  })
})

test('.cancel query ends a query of another request', async () => {
  const named = new ClientRequestProperties()
  named.clientRequestId = 'e2e;cancelled'
  const endless = 'range x from 1 to 1000000000000 step 1 | summarize count() by x % 7'
  const running = refusal(client.execute(database, endless, named))
  const count = '.show running queries | where ClientActivityId == "e2e;cancelled" | count'
  await expect.poll(async () => rowsOf(await client.execute(database, count))).toEqual([[1]])
  const cancelled = await client.execute(database, '.cancel query "e2e;cancelled"')
  expect(rowsOf(cancelled)[0]?.[0]).toBe('e2e;cancelled')
  expect(await running).toMatchObject({ '@message': 'The query was cancelled.' })
  expect(rowsOf(await client.execute(database, count))).toEqual([[0]])
})

test('a client that leaves ends its query', async () => {
  const leaving = new AbortController()
  const body = JSON.stringify({ db: database, csl: 'range x from 1 to 1000000000000 step 1 | where x % 1000 == 0' })
  const sent = fetch(`${server.url}/v2/rest/query`, { method: 'POST', body, signal: leaving.signal })
  const count = '.show running queries | count'
  await expect.poll(async () => rowsOf(await client.execute(database, count))).toEqual([[1]])
  leaving.abort()
  await sent.then((answer) => answer.text()).catch(() => undefined)
  await expect.poll(async () => rowsOf(await client.execute(database, count)), { timeout: 5_000 }).toEqual([[0]])
})
