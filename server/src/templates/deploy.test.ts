// Templates against a memory of resources: order, copies, conditions, references, nested deployments, failures.
import { expect, test } from 'vitest'
import { type Deployed, deployTemplate, holds } from './deploy.ts'
import type { Json } from './scope.ts'

const group = '/subscriptions/s/resourceGroups/g'

interface Run extends Deployed {
  readonly bodies: ReadonlyMap<string, Json>
}

async function run(template: Json, parameters: Readonly<Record<string, Json>> = {}): Promise<Run> {
  const bodies = new Map<string, Json>()
  const target = { scope: group, deployment: 'd', location: 'here', tenantId: 't', now: '2024-05-01T00:00:00Z' }
  const done = await deployTemplate({
    template,
    parameters,
    target,
    port: {
      get: async (id) => bodies.get(id),
      put: async ({ id, body }) => {
        if (id.includes('/unheard/')) return { is: 'unknown', reason: 'no such type' }
        if (id.includes('/broken/')) return { is: 'failed', reason: 'refused' }
        const before = bodies.get(id)
        if (before !== undefined && holds(before, body)) return { is: 'unchanged', document: before }
        const document = { ...(body as object), id }
        bodies.set(id, document)
        return { is: before === undefined ? 'created' : 'changed', document }
      },
    },
  })
  return { ...done, bodies }
}

const named = ({ steps }: Deployed) => steps.map(({ name, is }) => `${name} ${is}`)
const resource = (name: string, more: object = {}) => ({ type: 'Microsoft.X/things', apiVersion: '1', name, ...more })

test('what is needed comes first, by dependsOn and by reference', async () => {
  const done = await run({
    parameters: { name: { type: 'string', defaultValue: "[format('{0}-x', 'a')]" } },
    variables: {
      first: "[concat(parameters('name'), '1')]",
      copy: [{ name: 'all', count: 2, input: '[copyIndex()]' }],
    },
    resources: [
      resource('third', {
        dependsOn: ["[resourceId('Microsoft.X/things', 'second')]"],
        properties: { list: "[variables('all')]" },
      }),
      resource('second', {
        properties: { of: "[reference(resourceId('Microsoft.X/things', variables('first'))).size]" },
      }),
      resource("[variables('first')]", { location: '[resourceGroup().location]', properties: { size: 5 } }),
    ] as unknown as Json,
    outputs: { size: { type: 'int', value: "[reference(resourceId('Microsoft.X/things', 'second')).of]" } },
  })
  expect(named(done)).toEqual(['a-x1 created', 'second created', 'third created'])
  expect(done.outputs).toEqual({ size: { type: 'int', value: 5 } })
  expect(done.bodies.get(`${group}/providers/Microsoft.X/things/third`)).toMatchObject({ properties: { list: [0, 1] } })
  expect(done.bodies.get(`${group}/providers/Microsoft.X/things/a-x1`)).toMatchObject({ location: 'here' })
})

test('copies, conditions, children and extensions have their ids', async () => {
  const done = await run({
    resources: [
      resource("[concat('c', copyIndex())]", { copy: { name: 'loop', count: 2 } }),
      resource('never', { condition: "[equals('a', 'b')]" }),
      resource('after', { dependsOn: ['loop', 'never'], resources: [{ type: 'parts', apiVersion: '1', name: 'p' }] }),
      { type: 'Microsoft.Insights/diagnosticSettings', apiVersion: '1', name: 'e', scope: 'Microsoft.X/things/after' },
      {
        type: 'Microsoft.X/things/providers/diagnosticSettings',
        apiVersion: '1',
        name: 'after/Microsoft.Insights/old',
      },
    ] as unknown as Json,
  })
  expect(done.steps.map(({ id }) => id.slice(group.length + '/providers/'.length))).toEqual([
    'Microsoft.X/things/c0',
    'Microsoft.X/things/c1',
    'Microsoft.X/things/after',
    'Microsoft.X/things/after/parts/p',
    'Microsoft.X/things/after/providers/Microsoft.Insights/diagnosticSettings/e',
    'Microsoft.X/things/after/providers/Microsoft.Insights/diagnosticSettings/old',
  ])
})

test('nested deployments, with expressions of their own and with those around them', async () => {
  const inner = (scope: string, template: object, parameters: object = {}) => ({
    type: 'Microsoft.Resources/deployments',
    apiVersion: '1',
    name: scope,
    properties: { mode: 'Incremental', expressionEvaluationOptions: { scope }, template, parameters },
  })
  const done = await run(
    {
      parameters: { p: { type: 'string' } },
      resources: [
        inner(
          'inner',
          {
            parameters: { q: { type: 'string' } },
            resources: [resource("[concat('in-', parameters('q'))]")],
            outputs: { made: { type: 'string', value: "[parameters('q')]" } },
          },
          { q: { value: "[parameters('p')]" } },
        ),
        inner('outer', { resources: [resource("[concat('out-', parameters('p'))]")] }),
        resource('last', {
          properties: {
            from: "[reference(resourceId('Microsoft.Resources/deployments', 'inner')).outputs.made.value]",
          },
        }),
      ] as unknown as Json,
    },
    { p: 'v' },
  )
  expect(named(done)).toEqual(['in-v created', 'out-v created', 'last created'])
  expect(done.bodies.get(`${group}/providers/Microsoft.X/things/last`)).toMatchObject({ properties: { from: 'v' } })
})

test('resources by symbols, and those that are there already', async () => {
  const done = await run({
    languageVersion: '2.0',
    resources: {
      one: resource('a', { properties: { size: 1 } }),
      two: resource('b', { dependsOn: ['one'], properties: { size: "[reference('one').size]" } }),
    } as unknown as Json,
  })
  expect(named(done)).toEqual(['a created', 'b created'])
})

test('what fails keeps what needs it from being put, and nothing else', async () => {
  const done = await run({
    resources: [
      { type: 'Microsoft.X/broken', apiVersion: '1', name: 'x' },
      resource('needs', { dependsOn: ['x'] }),
      { type: 'Microsoft.X/unheard', apiVersion: '1', name: 'u' },
      resource('after-unknown', { dependsOn: ['u'] }),
    ] as unknown as Json,
  })
  expect(named(done)).toEqual(['x failed', 'needs skipped', 'u unknown', 'after-unknown created'])
})

test.each<[string, Json, string]>([
  [
    'a parameter without a value',
    { parameters: { p: { type: 'string' } } },
    '/parameters: the parameters p need values',
  ],
  [
    'a value that is not allowed',
    {
      parameters: { p: { type: 'string', defaultValue: 'c', allowedValues: ['a', 'b'] } },
      resources: [resource("[parameters('p')]")] as unknown as Json,
    },
    "/parameters/p: 'c' is none of 'a', 'b'",
  ],
  [
    'a type that is not kept',
    {
      parameters: { p: { type: 'int', defaultValue: 'c' } },
      resources: [resource("[concat(parameters('p'))]")] as unknown as Json,
    },
    "/parameters/p: must be of type int, not 'c'",
  ],
  [
    'a dependency on nothing',
    { resources: [resource('a', { dependsOn: ['b'] })] as unknown as Json },
    "/resources/0/dependsOn: the template has no resource 'b'",
  ],
  [
    'a circle',
    { resources: [resource('a', { dependsOn: ['b'] }), resource('b', { dependsOn: ['a'] })] as unknown as Json },
    "/resources/0: 'a' depends on itself",
  ],
  [
    'a linked template',
    {
      resources: [
        { type: 'Microsoft.Resources/deployments', apiVersion: '1', name: 'n', properties: { templateLink: {} } },
      ],
    },
    '/resources/0/properties/templateLink: linked templates are not fetched; put the template inline',
  ],
  [
    'a name too few',
    { resources: [{ type: 'Microsoft.X/a/b', apiVersion: '1', name: 'n' }] },
    "/resources/0/name: the type 'Microsoft.X/a/b' needs 2 names, not 'n'",
  ],
])('%s is refused', async (_name, template, message) => {
  await expect(run(template)).rejects.toThrow(message)
})
