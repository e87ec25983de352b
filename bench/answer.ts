// What the largest answer costs in memory: 500,000 rows over HTTP, against the same server at rest. Run with
// `npm run bench -- answer`.
import { type RealServer, startRealServer } from '../e2e/server.ts'
import { memoryOf } from './memory.ts'

const rows = 500_000
const rowsPerRequest = 5_000
const queries = [
  'Heartbeat | project TimeGenerated, Computer, OSType, Version, ComputerIP',
  'Heartbeat | project TimeGenerated, Computer, OSType, Version, ComputerIP',
  `range x from 1 to ${rows} step 1 | extend y = strcat("row ", x)`,
]

export async function measureAnswer(say: (line: string) => void): Promise<string> {
  const server = await startRealServer()
  try {
    await fill(server)
    await lengthOf(server, 'Heartbeat | count')
    await sleep(6_000)
    const idle = memoryOf(server.pid)
    say(`at rest: ${idle} MB`)
    const lines: string[] = []
    for (const query of queries) {
      let peak = 0
      const timer = setInterval(() => {
        peak = Math.max(peak, memoryOf(server.pid))
      }, 50)
      const bytes = await lengthOf(server, query)
      clearInterval(timer)
      lines.push(`${String(peak - idle).padStart(5)} MB over rest, ${(bytes / 1e6).toFixed(1)} MB of answer: ${query}`)
    }
    return lines.join('\n')
  } finally {
    await server.stop()
  }
}

async function fill({ url }: RealServer): Promise<void> {
  const line = (n: number) =>
    JSON.stringify({
      Computer: `host-${n % 50}.example.org`,
      OSType: 'Linux',
      Version: '1.0',
      ComputerIP: `10.0.0.${n % 250}`,
    })
  const body = Array.from({ length: rowsPerRequest }, (_, n) => line(n)).join('\n')
  for (let sent = 0; sent < rows; sent += rowsPerRequest) {
    const answer = await fetch(`${url}/ingest/json/Heartbeat?workspace=default`, { method: 'POST', body })
    if (answer.status !== 200) throw new Error(`${answer.status}: ${await answer.text()}`)
  }
}

/** Bytes of the whole answer. Throws unless it has all rows. */
async function lengthOf({ url }: RealServer, query: string): Promise<number> {
  const body = JSON.stringify({ query })
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${url}/v1/workspaces/default/query`, { method: 'POST', headers, body })
  let [length, end] = [0, '']
  for await (const piece of answer.body ?? []) {
    length += piece.length
    end = (end + Buffer.from(piece).toString('latin1')).slice(-2_000)
  }
  if (answer.status !== 200 || end.includes('PartialError')) throw new Error(`${answer.status}: ${end}`)
  return length
}

const sleep = (millis: number) => new Promise((resume) => setTimeout(resume, millis))
