// Every receiver of telemetry against bodies that were changed at random, with fixed seeds: rows, rejected records or
// MalformedBody, and nothing else.
import { expect, test } from 'vitest'
import { jsonText } from '../json/exact.ts'
import { MalformedBody } from '../types.ts'
import { type GoodBody, goodBodies } from './good-bodies.ts'
import { receivers } from './index.ts'
import { mutated, randomOf } from './mutations.ts'
import { decode } from './testing.ts'

const nameOf = ({ receiver }: GoodBody) => (typeof receiver === 'string' ? receiver : receiver.name)

test.each(goodBodies.map((target, seed) => [nameOf(target), target.type, seed, target] as const))(
  '%s, %s, seed %i',
  async (_name, type, seed, { receiver: named, parameters = {}, body, wrap = (bytes) => bytes }) => {
    const receiver = typeof named === 'string' ? receivers[named] : named
    const next = randomOf(seed)
    expect((await decode(receiver, wrap(body), parameters, type)).length).toBeGreaterThan(0)
    for (let round = 0; round < 600; round++) {
      const changed = mutated(body, next)
      try {
        // What is yielded must be fit to be written.
        for (const record of await decode(receiver, wrap(changed), parameters, type))
          if (!('rejected' in record)) jsonText(record.fields)
      } catch (error) {
        if (!(error instanceof MalformedBody)) throw new Error(`body ${changed.toString('base64')}`, { cause: error })
      }
    }
  },
)
