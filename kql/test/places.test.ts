// geo_info_from_ip_address with and without a database. https://learn.microsoft.com/kusto/query/geo-info-from-ip-address-function
import { expect, test } from 'vitest'
import { type CompileOptions, compile } from '../src/index.ts'
import { catalog, now } from './fixture.ts'

const query = "print a = geo_info_from_ip_address('20.53.203.50'), b = geo_info_from_ip_address('10.0.0.1')"

function compiled(options: Partial<CompileOptions>) {
  const result = compile(query, { catalog, now, ...options })
  if (!result.ok) throw new Error(result.diagnostics[0]?.message)
  return result.compiled
}

test('the place of an address; null for others', () => {
  const sydney = {
    country: 'Australia',
    state: 'New South Wales',
    city: 'Sydney',
    latitude: -33.8715,
    longitude: 151.2006,
  }
  const { results, warnings } = compiled({ places: (ip) => (ip === '20.53.203.50' ? sydney : undefined) })
  expect(results[0]?.sql).toContain(
    '{"country":"Australia","state":"New South Wales","city":"Sydney","latitude":-33.8715,"longitude":151.2006}',
  )
  expect(results[0]?.sql).toContain('NULL')
  expect(warnings).toEqual([])
})

test('without a database each call is warned about', () => {
  const { warnings } = compiled({})
  expect(warnings.map((w) => [w.code, query.slice(w.start, w.start + w.length)])).toEqual([
    ['CS011', "geo_info_from_ip_address('20.53.203.50')"],
    ['CS011', "geo_info_from_ip_address('10.0.0.1')"],
  ])
})
