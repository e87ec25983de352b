// Every receiver of telemetry against bodies that were changed at random, with fixed seeds: rows, rejected records or
// MalformedBody, and nothing else.
import { compress } from 'snappyjs'
import { expect, test } from 'vitest'
import { jsonText } from '../json/exact.ts'
import { MalformedBody } from '../types.ts'
import { type ReceiverName, receivers } from './index.ts'
import { remoteWriteBody } from './prometheus/testing.ts'
import { messageOf } from './protobuf/messages.ts'
import { unsnappy } from './snappy.ts'
import { decode } from './testing.ts'

type Random = () => number

function randomOf(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const pick = <T>(next: Random, list: readonly T[]): T => list[Math.floor(next() * list.length)] as T

/** Bytes flipped, cut out, doubled, or put in from a list of troublesome ones. */
function mutated(bytes: Uint8Array, next: Random): Buffer {
  let body = Buffer.from(bytes)
  for (let change = 0; change < 1 + next() * 4; change++) {
    const at = Math.floor(next() * body.length)
    const length = Math.floor(next() * 12)
    const [before, cut, after] = [body.subarray(0, at), body.subarray(at, at + length), body.subarray(at + length)]
    const insert = pick(next, [
      Buffer.alloc(0),
      Buffer.concat([cut, cut]),
      Buffer.from([Math.floor(next() * 256)]),
      Buffer.from(
        pick(next, ['{', '}', '[', '"', '\\', 'null', '-1e999', '\u0000', '\ud83d', '0x', '99999999999999999999']),
      ),
      Buffer.from([0xff, 0xff, 0xff, 0xff, 0x7f]),
    ])
    body = Buffer.concat([before, insert, after])
  }
  return body
}

const id = 'AQIDBAUGBwgJCgsMDQ4PEA=='
const attributes = [
  { key: 'service.name', value: { stringValue: 's' } },
  { key: 'n', value: { intValue: '7' } },
  { key: 'l', value: { arrayValue: { values: [{ doubleValue: 1.5 }, { boolValue: true }] } } },
]
const resource = { attributes }
const point = { timeUnixNano: '1760000000000000000', attributes }
const requests = {
  logs: {
    name: 'Logs',
    value: {
      resourceLogs: [
        { resource, scopeLogs: [{ logRecords: [{ ...point, traceId: id, body: { stringValue: 'b' } }] }] },
      ],
    },
  },
  traces: {
    name: 'Traces',
    value: {
      resourceSpans: [
        {
          resource,
          scopeSpans: [
            { spans: [{ traceId: id, name: 'n', kind: 3, attributes, events: [{ name: 'exception', attributes }] }] },
          ],
        },
      ],
    },
  },
  metrics: {
    name: 'Metrics',
    value: {
      resourceMetrics: [
        {
          resource,
          scopeMetrics: [
            {
              metrics: [
                { name: 'g', gauge: { dataPoints: [{ ...point, asDouble: 1 }] } },
                {
                  name: 'h',
                  histogram: { dataPoints: [{ ...point, count: 2, bucketCounts: [1, 1], explicitBounds: [1] }] },
                },
              ],
            },
          ],
        },
      ],
    },
  },
} as const

interface Target {
  readonly receiver: ReceiverName
  readonly type: string
  readonly body: Uint8Array
  /** Changes are made before this. */
  readonly wrap?: (bytes: Uint8Array) => Uint8Array
}

const protobuf = 'application/x-protobuf'
const second = `${protobuf};proto=io.prometheus.write.v2.Request`
const write = (type: string) =>
  remoteWriteBody(type, [
    {
      labels: { __name__: 'm', a: 'b' },
      samples: [
        [1, 1_760_000_000_000],
        ['stale', 2],
      ],
      exemplars: [{ labels: { trace_id: 't' }, value: 1, timestamp: 1 }],
      histograms: [{ countInt: 2, sum: '0', positiveSpans: [{ offset: 1, length: 2 }], positiveDeltas: [1, 0] }],
      metadata: { type: 1, help: 'h', unit: 'u' },
    },
  ])
const exposition =
  '# TYPE m counter\n# HELP m what\nm{a="b",c="d\\n"} 1 1760000000000 # {trace_id="t"} 1\n{"x.y",z="1"} NaN\n'

const targets: readonly Target[] = [
  ...(['logs', 'traces', 'metrics'] as const).flatMap((signal): Target[] => [
    { receiver: `otlp-${signal}`, type: 'application/json', body: Buffer.from(JSON.stringify(requests[signal].value)) },
    {
      receiver: `otlp-${signal}`,
      type: protobuf,
      body: messageOf('otlp', requests[signal].name).encode(requests[signal].value),
    },
  ]),
  { receiver: 'prometheus-write', type: protobuf, body: write(protobuf) },
  { receiver: 'prometheus-write', type: protobuf, body: unsnappy(write(protobuf), 1 << 20), wrap: compress },
  { receiver: 'prometheus-write', type: second, body: unsnappy(write(second), 1 << 20), wrap: compress },
  { receiver: 'prometheus-text', type: 'text/plain', body: Buffer.from(exposition) },
  { receiver: 'prometheus-text', type: 'application/openmetrics-text', body: Buffer.from(exposition) },
]

test.each(targets.map((target, seed) => [target.receiver, target.type, seed, target] as const))(
  '%s, %s, seed %i',
  async (name, type, seed, { body, wrap = (bytes) => bytes }) => {
    const next = randomOf(seed)
    expect((await decode(receivers[name], wrap(body), {}, type)).length).toBeGreaterThan(0)
    for (let round = 0; round < 600; round++) {
      const changed = mutated(body, next)
      try {
        // What is yielded must be fit to be written.
        for (const record of await decode(receivers[name], wrap(changed), {}, type))
          if (!('rejected' in record)) jsonText(record.fields)
      } catch (error) {
        if (!(error instanceof MalformedBody)) throw new Error(`body ${changed.toString('base64')}`, { cause: error })
      }
    }
  },
)
