// A webhook: the common alert schema by POST. Waits and answers that are tried again are those of Azure's action groups.
// https://learn.microsoft.com/azure/azure-monitor/alerts/action-groups#webhook
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../../core/clock.ts'

export interface Sent {
  readonly ok: boolean
  /** What the endpoint answered, or why it did not. */
  readonly detail: string
}

export interface Webhooks {
  /** Throws only when `signal` ends it. */
  post(address: string, body: string, signal: AbortSignal): Promise<Sent>
}

export interface WebhookOptions {
  readonly clock: Clock
  readonly waits?: readonly number[]
  readonly timeoutMillis?: number
}

const azureWaits = [5_000, 20_000, 5_000, 40_000, 5_000]
/** An endpoint that failed every time is left alone for so long. */
const restMillis = 900_000
const again: ReadonlySet<number> = new Set([408, 429, 503, 504])

export function openWebhooks({ clock, waits = azureWaits, timeoutMillis = 10_000 }: WebhookOptions): Webhooks {
  const restsUntil = new Map<string, number>()
  return {
    async post(address, body, signal) {
      if ((restsUntil.get(address) ?? 0) > clock.now())
        return { ok: false, detail: 'not called: it failed five times less than 15 minutes ago' }
      restsUntil.delete(address)
      for (let attempt = 0; ; attempt++) {
        const { status, detail } = await once(
          address,
          body,
          AbortSignal.any([signal, AbortSignal.timeout(timeoutMillis)]),
        )
        signal.throwIfAborted()
        if (status !== undefined && status >= 200 && status < 300) return { ok: true, detail }
        if (status !== undefined && !again.has(status)) return { ok: false, detail }
        if (attempt === waits.length) {
          restsUntil.set(address, clock.now() + restMillis)
          return { ok: false, detail: `${detail}, after ${attempt + 1} attempts` }
        }
        await sleep(waits[attempt], undefined, { signal })
      }
    },
  }
}

async function once(address: string, body: string, signal: AbortSignal): Promise<{ status?: number; detail: string }> {
  try {
    const headers = { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'Conshelf' }
    // A redirect is an answer that is no success: the address of the receiver is the one that was agreed on.
    const answer = await fetch(address, { method: 'POST', body, headers, signal, redirect: 'manual' })
    await answer.body?.cancel()
    return { status: answer.status, detail: `HTTP ${answer.status}` }
  } catch (error) {
    const { cause } = error as Error
    return { detail: cause instanceof Error ? cause.message : error instanceof Error ? error.message : String(error) }
  }
}
