// Each step of a query beside what became of it.
import { expect, test } from 'vitest'
import { type Explanation, explain } from '../src/index.ts'
import { catalog, now } from './fixture.ts'

function explained(query: string): Explanation {
  const result = explain(query, { catalog, now })
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics))
  return result.explanation
}

/** The steps of all statements: indented by depth, with what they add. */
function steps(query: string, of: 'plan' | 'sql'): string[] {
  return explained(query).statements.flatMap(({ name, steps: list }) => [
    ...(name === undefined ? [] : [`let ${name}`]),
    ...list.map((s) => `${'  '.repeat(s.depth)}${query.slice(s.start, s.start + s.length)}: ${s[of].join('; ')}`),
  ])
}

const joined = `let errors = Logs | where Level == "Error";
let k = 2;
errors
| extend n = Count + k
| join kind=inner (People | project Name, Age) on $left.Level == $right.Name
| project-rename Years = Age
| top 3 by n`

test('plan nodes stand at the step that made them', () => {
  expect(steps(joined, 'plan')).toEqual([
    'let errors',
    'Logs: scan cases.Logs',
    'where Level == "Error": filter Equal(Level#1, "Error")',
    'let k',
    'errors: ',
    'extend n = Count + k: extend n#8 = Add(Count#3, 2)',
    'join kind=inner (People | project Name, Age) on $left.Level == $right.Name: join inner on Level#1 = Name#10',
    '  People: scan cases.People',
    '  project Name, Age: ',
    'project-rename Years = Age: ',
    'top 3 by n: limit 3;   sort n#8 desc',
  ])
})

test('SQL stands at the step that added it, without what was there', () => {
  expect(
    steps('Logs | where Level == "a" | where Ok | project Level, Count | where Count > 1 | take 2', 'sql'),
  ).toEqual([
    'Logs: SELECT `TimeGenerated`, `Level`, `Message`, `Count`, `Ratio`, `Ok`, … 2 more; FROM `cases`.`Logs`',
    'where Level == "a": WHERE `Level` = \'a\'',
    'where Ok: WHERE … AND (`Ok`)',
    'project Level, Count: SELECT `Level`, `Count`',
    'where Count > 1: WHERE … AND (`Count` > toInt64(1))',
    'take 2: LIMIT 2',
  ])
  expect(steps('People | summarize n = count() by City | where n > 1', 'sql').slice(1)).toEqual([
    'summarize n = count() by City: SELECT `City`, toInt64(count()) AS `count`; GROUP BY `City`',
    'where n > 1: HAVING (`count` > toInt64(1))',
  ])
})

test('columns behind each step', () => {
  const [, , main] = explained(joined).statements
  expect(
    main?.steps
      .at(-1)
      ?.columns.map((c) => c.name)
      .slice(-3),
  ).toEqual(['n', 'Name', 'Years'])
})

test('a relation that two steps use is explained where it stands, once', () => {
  expect(steps('let p = People | where Age > 1; p | union p', 'plan').filter((s) => s.startsWith('where'))).toEqual([
    expect.stringMatching(/^where Age > 1: filter GreaterThan\(Age#\d, 1\)$/),
  ])
})

test('the stored columns that are read', () => {
  expect(explained('Logs | where Level == "x" | summarize max(Count) by tostring(Tags.user.name)').reads).toEqual([
    { table: 'Logs', source: { database: 'cases', table: 'Logs' }, columns: ['Count', 'Level', 'Tags/user.name'] },
  ])
  expect(explained('People | count').reads).toMatchObject([{ table: 'People', columns: [] }])
})
