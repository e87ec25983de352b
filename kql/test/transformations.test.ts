// Functions that only transformations have.
// https://learn.microsoft.com/azure/azure-monitor/data-collection/data-collection-transformations-kql#special-functions
import { expect, test } from 'vitest'
import { type Catalog, type CompileOptions, compile } from '../src/index.ts'
import { catalog, now } from './fixture.ts'

/** The constant that a query of literals comes to. */
function answer(query: string, options: Partial<CompileOptions> = {}): unknown {
  const result = compile(query, { catalog, now, subset: 'transformation', ...options })
  if (!result.ok) throw new Error(result.diagnostics.map(({ message }) => message).join('; '))
  const quoted = /'((?:[^'\\]|\\.)*)'/.exec(result.compiled.results[0]?.sql ?? '')?.[1]
  return quoted === undefined ? undefined : JSON.parse(quoted.replace(/\\(.)/g, '$1'))
}

test.each([
  [
    'CEF:0|Vendor|Product|1.0|100|A name|5|src=10.0.0.1 dst=10.0.0.2 spt=1232 msg=two words cs1Label=A label cs1=',
    { src: '10.0.0.1', dst: '10.0.0.2', spt: '1232', msg: 'two words', cs1Label: 'A label', cs1: '' },
  ],
  ['<134>Feb 18 09:37:41 host CEF:0|V|P \\| Q|1|2|n|3|act=blocked', { act: 'blocked' }],
  ['CEF:1.2|V|P|1|2|n|3|a.b=x=y', { 'a.b': 'x=y' }],
  ['CEF:0|V|P|1|2|n|3|', {}],
])('the extension of %s', (message, extension) => {
  const call = `parse_cef_dictionary(@"${message}")`
  expect(answer(`print e = tostring(${call})`)).toEqual({ Extension: extension })
})

test('what is no message has no extension', () => {
  const result = compile('print e = parse_cef_dictionary("CEF:0|V")', { catalog, now, subset: 'transformation' })
  expect(result.ok && result.compiled.results[0]?.sql).toContain('NULL')
})

test('the place of an address, by the names of transformations', () => {
  const sydney = { country: 'Australia', state: 'New South Wales', city: 'Sydney', latitude: -33.8, longitude: 151.2 }
  const places = (ip: string) => (ip === '1.0.0.5' ? sydney : undefined)
  expect(answer('print p = tostring(geo_location("1.0.0.5"))', { places })).toEqual({
    Country: 'Australia',
    State: 'New South Wales',
    City: 'Sydney',
    Latitude: -33.8,
    Longitude: 151.2,
  })
  const without = compile('print geo_location("1.0.0.5")', { catalog, now, subset: 'transformation' })
  expect(without.ok && without.compiled.warnings.map(({ code }) => code)).toEqual(['CS011'])
})

test.each(['parse_cef_dictionary("x")', 'geo_location("1.0.0.5")'])('%s is refused elsewhere', (call) => {
  const result = compile(`print ${call}`, { catalog, now })
  expect(!result.ok && result.diagnostics).toMatchObject([
    { start: 6, length: call.length, message: expect.stringContaining('transformations only') },
  ])
})

test('a stored function of that name is one', () => {
  const body = 'strcat("here ", ip)'
  const stored: Catalog = {
    ...catalog,
    version: 'stored',
    function: (name) => (name === 'geo_location' ? { name, parameters: 'ip:string', body } : catalog.function(name)),
  }
  expect(compile('print geo_location("1.0.0.5")', { catalog: stored, now }).ok).toBe(true)
})
