// /openapi.json: a document of OpenAPI 3.1 whose references lead somewhere, and that has the paths which are our own.
// https://spec.openapis.org/oas/v3.1.0
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RealServer, startRealServer } from './server.ts'

type Fields = Readonly<Record<string, unknown>>

let server: RealServer
let document: Fields

beforeAll(async () => {
  server = await startRealServer({ args: ['--syslog', 'off'] })
  document = (await (await fetch(`${server.url}/openapi.json`)).json()) as Fields
})
afterAll(async () => {
  expect(await server.stop()).toBe(0)
})

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']

const operations = () =>
  Object.entries(document.paths as Readonly<Record<string, Fields>>).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => methods.includes(method))
      .map(([method, operation]) => ({ name: `${method} ${path}`, path, operation: operation as Fields })),
  )

test('its head', () => {
  expect(document).toMatchObject({
    openapi: expect.stringMatching(/^3\.1\./),
    info: { title: 'Conshelf', version: expect.any(String) },
  })
})

test('every operation has a summary and answers; parameters of paths are declared', () => {
  const problems = operations().flatMap(({ name, path, operation }) => {
    const declared = ((operation.parameters ?? []) as readonly Fields[]).filter((each) => each.in === 'path')
    const wanted = [...path.matchAll(/\{([^}]+)\}/g)].map(([, each]) => each)
    return [
      ...(typeof operation.summary === 'string' ? [] : [`${name}: no summary`]),
      ...(Object.keys((operation.responses ?? {}) as object).length > 0 ? [] : [`${name}: no responses`]),
      ...wanted.filter((each) => !declared.some(({ name: own }) => own === each)).map((each) => `${name}: {${each}}`),
      ...declared
        .filter(({ required }) => required !== true)
        .map(({ name: own }) => `${name}: ${String(own)} is required`),
    ]
  })
  expect(problems).toEqual([])
})

test('references lead somewhere', () => {
  const text = JSON.stringify(document)
  const broken = [...text.matchAll(/"\$ref":"#([^"]+)"/g)].filter(([, pointer = '']) => {
    const names = pointer.split('/').slice(1)
    return names.reduce<unknown>((value, name) => (value as Fields | undefined)?.[name], document) === undefined
  })
  expect(broken).toEqual([])
})

test('our own paths are there', () => {
  const paths = new Set(operations().map(({ path }) => path))
  for (const path of ['/conshelf/workspaces', '/conshelf/workspaces/{workspace}/resources', '/conshelf/queries'])
    expect(paths).toContain(path)
})
