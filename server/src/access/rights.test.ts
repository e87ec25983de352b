import { expect, test } from 'vitest'
import { openContent } from '../content/content.ts'
import { readRightsOf } from './reading.ts'
import { type Role, rightsOf } from './rights.ts'

const role = (actions: readonly string[], more: Partial<Role> = {}): Role => ({ id: '1', name: 'r', actions, ...more })
const workspaces = 'Microsoft.OperationalInsights/workspaces'
const ws = '/subscriptions/S/resourceGroups/G/providers/Microsoft.OperationalInsights/workspaces/w'

test.each<[actions: readonly string[], action: string, allowed: boolean]>([
  [['*'], 'Microsoft.X/a/write', true],
  [['*/read'], 'Microsoft.X/a/b/read', true],
  [['*/read'], 'Microsoft.X/a/reader', false],
  [['*/read'], 'Microsoft.X/a/read/action', false],
  [['Microsoft.X/a/read'], 'microsoft.x/A/READ', true],
  [['Microsoft.X/*/read'], 'Microsoft.XY/a/read', false],
  [['Microsoft.X/*/read'], 'Microsoft.X/a/b/read', true],
  // A dot is no wildcard.
  [['Microsoft.X/a/read'], 'MicrosoftAX/a/read', false],
  [[], 'Microsoft.X/a/read', false],
])('%j permits %s: %s', (actions, action, allowed) =>
  expect(rightsOf([{ role: role(actions), scope: '/' }]).allows(action, ws)).toBe(allowed),
)

test.each<[scope: string, at: string, allowed: boolean]>([
  ['/', ws, true],
  ['/', '/', true],
  ['/subscriptions/s', ws, true],
  ['/subscriptions/S/resourcegroups/g/', ws, true],
  [ws, ws.toUpperCase(), true],
  [ws, `${ws}/tables/T`, true],
  // No beginning of a name is the name.
  [ws, `${ws}2`, false],
  ['/subscriptions/s', '/subscriptions/s2/resourceGroups/g', false],
  [`${ws}/tables/T`, ws, false],
  [ws, '/', false],
])('a role at %s holds at %s: %s', (scope, at, allowed) =>
  expect(rightsOf([{ role: role(['*']), scope }]).allows('a/b/read', at)).toBe(allowed),
)

test('exceptions of a role take nothing from another, and data actions are apart', () => {
  const most = role(['*'], { notActions: ['a/secret/*'] })
  const rights = rightsOf([{ role: most, scope: '/' }])
  expect([rights.allows('a/secret/read', ws), rights.allowsData('a/write', ws)]).toEqual([false, false])
  const both = rightsOf([
    { role: most, scope: '/' },
    { role: role(['a/secret/read'], { dataActions: ['a/*'] }), scope: ws },
  ])
  expect([both.allows('a/secret/read', ws), both.allows('a/secret/read', '/'), both.allowsData('a/write', ws)]).toEqual(
    [true, false, true],
  )
})

const place = { id: '1', name: 'w', resourceId: ws, database: 'ws_1' }
const shipped = new Map(
  openContent()
    .roles()
    .map((each) => [each.name, each]),
)
const named = (name: string): Role => shipped.get(name) ?? role([])

// https://learn.microsoft.com/azure/azure-monitor/logs/manage-access and …/sentinel/roles
test.each<[name: string, reads: boolean, incidents: boolean, tables: boolean, keys: boolean, roles: boolean]>([
  ['Owner', true, true, true, true, true],
  ['Contributor', true, true, true, true, false],
  ['Reader', true, false, false, false, false],
  ['Monitoring Reader', true, false, false, false, false],
  ['Log Analytics Reader', true, false, false, false, false],
  ['Log Analytics Contributor', true, false, true, true, false],
  ['Microsoft Sentinel Reader', true, false, false, false, false],
  ['Microsoft Sentinel Responder', true, true, false, false, false],
  ['Microsoft Sentinel Contributor', true, true, false, false, false],
  ['Security Reader', true, false, false, false, false],
  ['Monitoring Metrics Publisher', false, false, false, false, false],
])('%s', (name, reads, incidents, tables, keys, roles) => {
  const rights = rightsOf([{ role: named(name), scope: ws }])
  const read = readRightsOf(rights)
  expect({
    reads: read.workspace(place) && read.table(place, 'Heartbeat'),
    incidents: rights.allows('Microsoft.SecurityInsights/incidents/write', `${ws}/providers/x`),
    tables: rights.allows(`${workspaces}/tables/write`, `${ws}/tables/T_CL`),
    keys: rights.allows(`${workspaces}/sharedKeys/action`, ws),
    roles: rights.allows('Microsoft.Authorization/roleAssignments/write', ws),
  }).toEqual({ reads, incidents, tables, keys, roles })
  expect(rights.allowsData('Microsoft.Insights/Telemetry/Write', ws)).toBe(name === 'Monitoring Metrics Publisher')
})
