import { expect, test } from 'vitest'
import { armPath } from './arm-id.ts'

const group = '/subscriptions/s/resourceGroups/g'
const vault = `${group}/providers/Microsoft.KeyVault/vaults/v`

test.each([
  ['/subscriptions', 'collection', 'microsoft.resources/subscriptions', ''],
  ['/subscriptions/s', 'resource', 'microsoft.resources/subscriptions', ''],
  [
    '/subscriptions/s/resourcegroups',
    'collection',
    'microsoft.resources/subscriptions/resourcegroups',
    '/subscriptions/s',
  ],
  [group, 'resource', 'microsoft.resources/subscriptions/resourcegroups', '/subscriptions/s'],
  [
    `/subscriptions/s/providers/Microsoft.Insights/dataCollectionRules`,
    'collection',
    'microsoft.insights/datacollectionrules',
    '/subscriptions/s',
  ],
  [vault, 'resource', 'microsoft.keyvault/vaults', group],
  [`${vault}/keys/k/`, 'resource', 'microsoft.keyvault/vaults/keys', vault],
  [`${vault}/keys`, 'collection', 'microsoft.keyvault/vaults/keys', vault],
  [
    `${vault}/providers/microsoft.insights/diagnosticSettings/d`,
    'resource',
    'microsoft.insights/diagnosticsettings',
    vault,
  ],
  [
    `${vault}/providers/microsoft.insights/diagnosticSettings`,
    'collection',
    'microsoft.insights/diagnosticsettings',
    vault,
  ],
  [
    '/providers/Microsoft.Authorization/policyDefinitions/p',
    'resource',
    'microsoft.authorization/policydefinitions',
    '',
  ],
  [
    '/providers/Microsoft.Management/managementGroups/m/providers/Microsoft.Authorization/policyAssignments',
    'collection',
    'microsoft.authorization/policyassignments',
    '/providers/Microsoft.Management/managementGroups/m',
  ],
])('%s', (path, is, type, scope) => {
  expect(armPath(path)).toMatchObject({ is, type, scope, id: path.replace(/\/$/, '') })
})

test.each(['/providers/x', '/subscriptions/s/other/x', `${group}/providers`, `${group}/providers/Microsoft.KeyVault`])(
  '%s is none',
  (path) => {
    expect(armPath(path)).toBeUndefined()
  },
)
