// Functions of templates, with the examples of their documentation.
// https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions
import { describe, expect, test } from 'vitest'
import { evaluate } from './evaluate.ts'
import { type Json, NeedsResource, type Scope } from './scope.ts'

const group = '/subscriptions/s/resourceGroups/g'
const parameters: Readonly<Record<string, Json>> = {
  a: 'one',
  list: ['x', 'y'],
  object: { One: 'first', two: { three: 3 } },
}
const scope: Scope = {
  scope: group,
  deployment: 'd',
  location: 'here',
  tenantId: 't',
  now: '2024-05-01T10:11:12.345Z',
  copies: [{ name: 'loop', index: 2 }],
  bound: new Map(),
  parameter: (name) => parameters[name],
  variable: () => undefined,
  resource: (name) => {
    throw new NeedsResource(name)
  },
}

describe('values', () => {
  test.each<[string, Json]>([
    ["[concat('prefix-', parameters('a'))]", 'prefix-one'],
    ["[concat(parameters('list'), createArray('z'))]", ['x', 'y', 'z']],
    ['plain', 'plain'],
    ['[[not an expression]', '[not an expression]'],
    ["[format('{0}, {1}. Formatted number: {2}', 'Hello', 'User', 8175133)]", 'Hello, User. Formatted number: 8175133'],
    ["[format('{{{0}}}', 1)]", '{1}'],
    ["[parameters('object').two.three]", 3],
    ["[parameters('object')['ONE']]", 'first'],
    ["[parameters('list')[1]]", 'y'],
    ["[tryGet(parameters('object'), 'none')]", null],
    ["[parameters('object').?none]", null],
    ["[if(equals(parameters('a'), 'one'), 'yes', reference('never'))]", 'yes'],
    ["[and(bool('true'), not(false()))]", true],
    ["[coalesce(null(), 'b')]", 'b'],
    ["[contains('OneTwoThree', 'Two')]", true],
    ["[contains(parameters('object'), 'ONE')]", true],
    ["[union(createArray('one', 'two'), createArray('two', 'three'))]", ['one', 'two', 'three']],
    ['[union(json(\'{"a": {"x": 1}}\'), json(\'{"a": {"y": 2}}\'))]', { a: { x: 1, y: 2 } }],
    ['[intersection(createArray(1, 2, 3), createArray(3, 2))]', [2, 3]],
    ["[split('one;two,three', createArray(';', ','))]", ['one', 'two', 'three']],
    ["[substring('one two three', 4, 3)]", 'two'],
    ["[take('one two', 3)]", 'one'],
    ['[skip(createArray(1, 2, 3), 1)]', [2, 3]],
    ["[replace('123-123', '-', '')]", '123123'],
    ["[padLeft(123, 6, '0')]", '000123'],
    ['[range(5, 3)]', [5, 6, 7]],
    ['[div(8, 3)]', 2],
    ['[mod(7, 3)]', 1],
    ['[sub(3, 5)]', -2],
    ['[max(createArray(0, 3, 2))]', 3],
    ["[int('4')]", 4],
    ['[copyIndex()]', 2],
    ["[copyIndex('loop', 1)]", 3],
    ["[base64('one, two, three')]", 'b25lLCB0d28sIHRocmVl'],
    ["[base64ToJson('eyJvbmUiOiAiYSJ9')]", { one: 'a' }],
    ["[toUpper(trim('  a '))]", 'A'],
    ["[indexOf('test', 't')]", 0],
    ["[lastIndexOf('test', 't')]", 3],
    ["[join(createArray('a', 'b'), ',')]", 'a,b'],
    ["[uriComponent('a b/c')]", 'a%20b%2Fc'],
    [
      "[resourceId('Microsoft.Storage/storageAccounts', 'x')]",
      `${group}/providers/Microsoft.Storage/storageAccounts/x`,
    ],
    [
      "[resourceId('other', 'Microsoft.Sql/servers/databases', 'x', 'y')]",
      '/subscriptions/s/resourceGroups/other/providers/Microsoft.Sql/servers/x/databases/y',
    ],
    [
      "[subscriptionResourceId('Microsoft.Authorization/policyDefinitions', 'p')]",
      '/subscriptions/s/providers/Microsoft.Authorization/policyDefinitions/p',
    ],
    [
      "[extensionResourceId(resourceGroup().id, 'Microsoft.Insights/diagnosticSettings', 'd')]",
      `${group}/providers/Microsoft.Insights/diagnosticSettings/d`,
    ],
    [
      "[tenantResourceId('Microsoft.Authorization/policyDefinitions', 'p')]",
      '/providers/Microsoft.Authorization/policyDefinitions/p',
    ],
    ['[resourceGroup().location]', 'here'],
    ['[subscription().subscriptionId]', 's'],
    ['[deployment().name]', 'd'],
    ['[utcNow()]', '20240501T101112Z'],
    ["[map(createArray(1, 2), lambda('n', mul(lambdaVariables('n'), 2)))]", [2, 4]],
    ["[filter(createArray(1, 2), lambda('n', greater(lambdaVariables('n'), 1)))]", [2]],
  ])('%s', (text, value) => expect(evaluate(text, scope)).toEqual(value))

  test('copies of a property', () => {
    const value = { copy: [{ name: 'disks', count: 2, input: { lun: "[copyIndex('disks')]" } }], size: 'a' }
    expect(evaluate(value, scope)).toEqual({ size: 'a', disks: [{ lun: 0 }, { lun: 1 }] })
  })

  test('unique texts are the same for the same texts', () => {
    const unique = evaluate("[uniqueString(resourceGroup().id, 'a')]", scope)
    expect(unique).toMatch(/^[a-z0-9]{13}$/)
    expect(evaluate("[uniqueString(resourceGroup().id, 'a')]", scope)).toBe(unique)
    expect(evaluate("[uniqueString(resourceGroup().id, 'b')]", scope)).not.toBe(unique)
    expect(evaluate("[guid('a', 'b')]", scope)).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    )
  })
})

describe('what is refused, with its place', () => {
  test.each([
    [
      "[listKeys('x', '1')]",
      "/p: the function 'listKeys' is not known here; docs/management.md lists those that are (character 2)",
    ],
    [
      "[concat('a', nothing())]",
      "/p: the function 'nothing' is not known here; docs/management.md lists those that are (character 14)",
    ],
    ["[concat('a'", "[concat('a'"],
    ["[concat('a' 'b')]", "/p: ',' is expected, not ''b'' (character 13)"],
    ["[parameters('none')]", "/p: parameters: there is no parameter 'none' (character 2)"],
    ["[parameters('object').none]", "/p: there is no 'none' in an object (character 22)"],
    ["[substring('a', 0, 5)]", '/p: substring: characters 0 to 5 are not within a text of 1 (character 2)'],
    ["[format('{0:N2}', 1)]", "/p: format: the format '{0:N2}' is not known; {0} is (character 2)"],
    ['[div(1, 0)]', '/p: div: division by zero (character 2)'],
    ['[1 + 1]', "/p: '+ 1' is not understood (character 4)"],
  ])('%s', (text, message) => {
    if (!text.endsWith(']')) return expect(evaluate(text, scope, '/p')).toBe(text)
    expect(() => evaluate(text, scope, '/p')).toThrow(message)
  })
})
