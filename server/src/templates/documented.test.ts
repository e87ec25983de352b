// docs/management.md names the functions of templates that there are, and no other.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { specialFunctions } from './evaluate.ts'
import { templateFunctions } from './functions/index.ts'

test('the documentation names every function', () => {
  const text = readFileSync(new URL('../../../docs/management.md', import.meta.url), 'utf8')
  const listed = /^Functions: (.*?)^Another one/ms.exec(text)?.[1] ?? ''
  const names = [...listed.matchAll(/`(\w+)`/g)].map(([, name = '']) => name.toLowerCase())
  expect(names.toSorted()).toEqual([...templateFunctions.keys(), ...specialFunctions, 'lambda'].toSorted())
})
