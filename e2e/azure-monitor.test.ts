// Azure's own client of alert rules and action groups over TLS, and the notification that a rule sends.
import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { MonitorClient } from '@azure/arm-monitor'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RealServer, startRealServer } from './server.ts'

const token = 'secret'
const subscription = '00000000-0000-0000-0000-000000000000'
const group = 'conshelf'
const workspace = `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.OperationalInsights/workspaces/default`

let server: RealServer
let client: MonitorClient
let hook: Server
const notified: Readonly<Record<string, unknown>>[] = []

beforeAll(async () => {
  server = await startRealServer({ args: ['--tls', 'self-signed', '--token', token, '--syslog', 'off'] })
  const folder = join(server.data, 'tls')
  const ca = readFileSync(join(folder, readdirSync(folder).find((name) => name.includes('cert')) ?? ''), 'utf8')
  const credential = { getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) }
  client = new MonitorClient(credential, subscription, {
    endpoint: server.url,
    tlsOptions: { ca },
    retryOptions: { maxRetries: 0 },
  })
  hook = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk) => {
      text += chunk
    })
    request.on('end', () => {
      notified.push(JSON.parse(text))
      response.end()
    })
  })
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  hook.close()
  expect(await server.stop()).toBe(0)
})

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

const rule = (query: string, more: object = {}) => ({
  location: 'centralus',
  severity: 1 as const,
  enabled: true,
  scopes: [workspace],
  evaluationFrequency: 'PT5M',
  windowSize: 'PT5M',
  criteria: {
    allOf: [{ query, timeAggregation: 'Count', operator: 'GreaterThan', threshold: 0 }],
  },
  ...more,
})

test('action groups and rules: made, listed, changed, deleted; a fire is told', async () => {
  const address = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/alerts`
  const made = await client.actionGroups.createOrUpdate(group, 'on-call', {
    location: 'Global',
    groupShortName: 'oncall',
    enabled: true,
    webhookReceivers: [{ name: 'hook', serviceUri: address, useCommonAlertSchema: true }],
  })
  expect(made).toMatchObject({ name: 'on-call', webhookReceivers: [{ name: 'hook' }], emailReceivers: [] })
  expect(await all(client.actionGroups.listBySubscriptionId())).toMatchObject([{ name: 'on-call' }])
  const actions = { actionGroups: [made.id ?? ''], customProperties: { team: 'ops' } }
  const stored = await client.scheduledQueryRules.createOrUpdate(
    group,
    'always',
    rule('print Value = 1', { actions, displayName: 'Always', autoMitigate: true }),
  )
  expect(stored).toMatchObject({ name: 'always', severity: 1, displayName: 'Always', scopes: [workspace], actions })
  expect(await all(client.scheduledQueryRules.listByResourceGroup(group))).toMatchObject([{ name: 'always' }])
  expect(await all(client.scheduledQueryRules.listBySubscription())).toMatchObject([{ name: 'always' }])
  await expect.poll(() => notified.length, { timeout: 20_000 }).toBe(1)
  expect(notified[0]).toMatchObject({
    schemaId: 'azureMonitorCommonAlertSchema',
    data: {
      essentials: { alertRule: 'Always', severity: 'Sev1', monitorCondition: 'Fired', alertRuleID: stored.id },
      customProperties: { team: 'ops' },
    },
  })
  const changed = await client.scheduledQueryRules.update(group, 'always', { enabled: false, tags: { a: 'b' } })
  expect(changed).toMatchObject({ enabled: false, tags: { a: 'b' }, displayName: 'Always' })
  await client.scheduledQueryRules.delete(group, 'always')
  await expect(client.scheduledQueryRules.get(group, 'always')).rejects.toMatchObject({ statusCode: 404 })
  await client.actionGroups.delete(group, 'on-call')
})

test.each<[string, object, object]>([
  ['a query that does not bind', rule('Nothing'), { statusCode: 400, code: 'BadRequest' }],
  ['a window', rule('Syslog', { windowSize: 'PT3S' }), { statusCode: 400, code: 'InvalidParameter' }],
])('refused: %s', async (_what, body, error) => {
  const put = client.scheduledQueryRules.createOrUpdate(
    group,
    'wrong',
    body as Parameters<typeof client.scheduledQueryRules.createOrUpdate>[2],
  )
  await expect(put).rejects.toMatchObject(error)
})

test('a query that comes later is kept when it is asked for', async () => {
  const later = rule('Later_CL', { skipQueryValidation: true, enabled: false })
  expect(await client.scheduledQueryRules.createOrUpdate(group, 'later', later)).toMatchObject({ name: 'later' })
})
