// The suite that every adapter of the Engine port passes. An adapter's test file calls it with a way to open itself.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { answers, values, writing } from './answers.conformance.ts'
import type { Engine } from './engine.ts'
import { cancelling, limiting, streaming } from './running.conformance.ts'
import { endless, endlessPlanning, kindOf, ndjson, select } from './support.conformance.ts'

export interface Subject {
  readonly name: string
  /** An engine with room for four SELECTs at a time. */
  open(): Promise<Engine>
}

export function engineConformance(subject: Subject): void {
  describe(subject.name, () => {
    let engine: Engine
    beforeAll(async () => {
      engine = await subject.open()
      await engine.command('CREATE DATABASE IF NOT EXISTS conformance')
    })
    afterAll(() => engine.close())
    const subjectEngine = () => engine

    values(subjectEngine)
    answers(subjectEngine)
    streaming(subjectEngine)
    limiting(subjectEngine)
    cancelling(subjectEngine)
    writing(subjectEngine)
    refusing(subjectEngine)
    test('a closed engine ends what runs and takes nothing new', async () => {
      const running = [select(engine, endless), select(engine, endlessPlanning)].map(kindOf)
      await new Promise((resolve) => setTimeout(resolve, 300))
      await engine.close()
      expect(await Promise.all(running)).toEqual(['closed', 'closed'])
      expect(await kindOf(select(engine, 'SELECT 1'))).toBe('closed')
      expect(await kindOf(engine.command('SELECT 1'))).toBe('closed')
      expect(await kindOf(engine.insert({ database: 'a', table: 'b' }, ndjson([{}])))).toBe('closed')
      engine = await subject.open()
    })
  })
}

function refusing(engine: () => Engine): void {
  test.each([
    "SELECT * FROM file('/etc/hostname', 'LineAsString')",
    "SELECT * FROM url('http://127.0.0.1:9/', 'LineAsString')",
    "SELECT * FROM remote('127.0.0.1', 'system.one')",
    "SELECT * FROM executable('id', 'LineAsString', 'a String')",
    'INSERT INTO conformance.ten VALUES (1)',
    'CREATE TABLE conformance.made (n Int32) ENGINE = Memory',
    'DROP TABLE conformance.ten',
    'SYSTEM SHUTDOWN',
    'SET readonly = 0',
    'SELECT 1; DROP TABLE conformance.ten',
  ])('a query cannot %s', async (sql) => {
    expect(await kindOf(select(engine(), sql))).toBe('rejected')
    expect(await select(engine(), 'SELECT count() FROM conformance.ten')).toEqual([['10']])
  })
}
