import { expect, test } from 'vitest'
import { resourceName } from './resource-name.ts'

test.each([
  ['/subscriptions/s/resourcegroups/rg/providers/microsoft.network/azurefirewalls/fw', 'fw'],
  [
    '/subscriptions/s/resourcegroups/rg/providers/microsoft.compute/virtualmachinescalesets/np/virtualmachines/0',
    'np/0',
  ],
  ['/subscriptions/s/providers/a.b/c/d/providers/microsoft.authorization/roleassignments/x', 'x'],
  ['/subscriptions/s/resourcegroups/rg', 'rg'],
])('%s', (id, name) => expect(resourceName(id)).toBe(name))
