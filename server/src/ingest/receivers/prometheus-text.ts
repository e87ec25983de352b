// Prometheus' text format and OpenMetrics, as exporters serve them -> rows of PrometheusMetrics and along its routes.
// Parameters: `job`, `instance` (labels of every series), `timestamp` (milliseconds, of samples without a time), `routes`.
import type { RouteItem } from '../../content/kinds/route.ts'
import { type Decoded, MalformedBody, type Receiver } from '../types.ts'
import { TextParser } from './prometheus/text.ts'
import { createRouters, routed } from './routes.ts'

/** A line longer than this is none of the format. */
const longestLine = 1_048_576

export function prometheusText(routes: () => readonly RouteItem[]): Receiver {
  const routers = createRouters(routes, 'PrometheusMetrics')
  return {
    name: 'prometheus-text',
    async *decode(body, { contentType, parameters }) {
      const { job, instance, timestamp } = parameters
      const millis = timestamp === undefined ? undefined : Number(timestamp)
      if (Number.isNaN(millis)) throw new MalformedBody(`'${timestamp}' is no time in milliseconds`)
      const parser = new TextParser({
        isOpenMetrics: /^application\/openmetrics-text\b/i.test(contentType.trim()),
        labels: { ...(job && { job }), ...(instance && { instance }) },
        millis,
      })
      const router = routers(parameters.routes)
      for await (const lines of linesOf(body)) {
        const out: Decoded[] = []
        for (const line of lines) parser.push(line, out)
        yield routed(out, 'PrometheusMetrics', router)
      }
      const problem = parser.problem()
      if (problem !== undefined) throw new MalformedBody(`the body is not Prometheus' text format: ${problem}`)
      yield parser.metadata()
    },
  }
}

async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })
  let rest = ''
  for await (const chunk of body) {
    const lines = (rest + decodedOf(decoder, chunk)).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > longestLine) throw new MalformedBody('a line has more than a million characters')
    yield lines
  }
  rest += decodedOf(decoder, undefined)
  if (rest !== '') yield [rest]
}

function decodedOf(decoder: InstanceType<typeof TextDecoder>, chunk: Uint8Array | undefined): string {
  try {
    return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode()
  } catch (error) {
    throw new MalformedBody(`the body is not UTF-8: ${error instanceof Error ? error.message : error}`)
  }
}
