import { describe, expect, test } from 'vitest'
import { type ListRequest, listPage } from './list.ts'
import { knownPaths, parseFilter } from './parse.ts'
import { InvalidOData } from './tokens.ts'

const item = (id: string, properties: object) => ({ id, name: id, properties })
const items = [
  item('a', {
    title: "Anna's door",
    severity: 'High',
    number: 3,
    at: '2026-01-02T10:00:00.1234567Z',
    labels: [{ name: 'x' }],
  }),
  item('b', { title: 'Window', severity: 'Low', number: 12, at: '2026-01-02T12:00:00Z', labels: [], closed: true }),
  item('c', { title: 'door bell', severity: 'High', number: 7, at: '2025-12-31T23:00:00-02:00', owner: null }),
]
const paths = knownPaths([
  'id',
  'properties/title',
  'properties/severity',
  'properties/number',
  'properties/at',
  'properties/closed',
  'properties/owner',
  'properties/labels',
])
const request = (query: Record<string, string>): ListRequest => ({
  query,
  address: 'https://h/list',
  paths,
  mostItems: 10,
})
const idsOf = (filter: string) =>
  listPage(items, request({ $filter: filter }))
    .value.map(({ id }) => id)
    .join('')

describe('filters', () => {
  test.each([
    ["properties/severity eq 'High'", 'ac'],
    ["properties/severity ne 'High'", 'b'],
    ["Properties/Severity eq 'High'", 'ac'],
    ["properties/severity eq 'high'", ''],
    ["properties/severity eq 'High' and properties/number gt 3", 'c'],
    ["properties/severity eq 'Low' or properties/severity eq 'High' and properties/number lt 5", 'ab'],
    ["(properties/severity eq 'Low' or properties/severity eq 'High') and properties/number lt 5", 'a'],
    ["not (properties/severity eq 'High')", 'b'],
    ['not properties/closed', 'ac'],
    ['properties/closed', 'b'],
    ['properties/closed eq true', 'b'],
    ['properties/number ge 7', 'bc'],
    ['properties/number le 7', 'ac'],
    ["properties/title eq 'Anna''s door'", 'a'],
    ["contains(properties/title, 'door')", 'ac'],
    ["contains(tolower(properties/title), 'WINDOW')", ''],
    ["contains(toupper(properties/title), 'WINDOW')", 'b'],
    ["startswith(properties/title,'door')", 'c'],
    ["endswith(properties/title,'door') eq true", 'a'],
    ['length(properties/title) eq 6', 'b'],
    ['properties/at gt 2026-01-02T10:00:00.1234567Z', 'b'],
    ['properties/at ge 2026-01-02T10:00:00.1234567Z', 'ab'],
    ['properties/at lt 2026-01-02', 'c'],
    ['properties/at eq 2026-01-01T01:00:00Z', 'c'],
    ["properties/at le '2026-01-01T01:00:00Z'", 'c'],
    ['properties/owner eq null', 'abc'],
    ['properties/owner ne null', ''],
    ['properties/owner gt 3', ''],
    ["properties/severity in ('Low', 'Medium')", 'b'],
    ["properties/labels/any(l: l/name eq 'x')", 'a'],
    ["id eq 'b'", 'b'],
  ])('%s', (filter, expected) => expect(idsOf(filter)).toBe(expected))

  test.each([
    ['properties/severity eq', 22, /value or a function is expected/],
    ["properties/severity = 'High'", 20, /'=' is not expected/],
    ["properties/severity eq 'High", 23, /closing quote/],
    ["properties/sverity eq 'High'", 0, /no property 'properties\/sverity'/],
    ["(properties/severity eq 'High'", 30, /'\)' is expected/],
    ["properties/severity eq 'High' 'x'", 30, /should end here/],
    ["substringof(properties/title, 'x')", 0, /'substringof' is not known/],
    ['contains(properties/title)', 0, /takes 2 arguments/],
    ['properties/at gt 2026-13-45', 17, /is no time/],
    ["'x'", 3, /a comparison is expected/],
    ['length(properties/title)', 0, /no condition/],
  ])('%s is refused', (filter, position, message) => {
    expect(() => parseFilter(filter, paths)).toThrow(
      expect.objectContaining({ position, message: expect.stringMatching(message) }),
    )
  })
})

describe('pages', () => {
  test('one after the other, in order, with all parameters', () => {
    const query = {
      'api-version': '1',
      $filter: "properties/number gt 0 and contains(properties/title,'o')",
      $orderby: 'properties/number desc',
      $top: '2',
    }
    const first = listPage(items, request(query))
    expect(first.value.map(({ id }) => id)).toEqual(['b', 'c'])
    const link = new URL(first.nextLink ?? '')
    expect(link.searchParams.get('$filter')).toBe(query.$filter)
    const second = listPage(items, request(Object.fromEntries(link.searchParams)))
    expect(second).toEqual({ value: [items[0]] })
  })
  test('what comes in between does not repeat or hide anything', () => {
    const { nextLink } = listPage(items, request({ $top: '2' }))
    const query = Object.fromEntries(new URL(nextLink ?? '').searchParams)
    expect(listPage([item('0', {}), ...items], request(query)).value.map(({ id }) => id)).toEqual(['c'])
  })
  test('nulls come first, equal items keep their order', () => {
    const ordered = (by: string) =>
      listPage(items, request({ $orderby: by }))
        .value.map(({ id }) => id)
        .join('')
    expect([
      ordered('properties/closed'),
      ordered('properties/closed desc'),
      ordered('properties/severity, properties/number'),
    ]).toEqual(['acb', 'bac', 'acb'])
  })
  test.each([
    [{ $top: 'x' }, /\$top/],
    [{ $skipToken: 'x' }, /\$skipToken/],
    [{ $orderby: 'properties/number up' }, /asc or desc/],
    [{ $orderby: 'properties/none' }, /no property/],
  ])('%j is refused', (query, message) => {
    expect(() => listPage(items, request(query))).toThrow(InvalidOData)
    expect(() => listPage(items, request(query))).toThrow(message)
  })
})
