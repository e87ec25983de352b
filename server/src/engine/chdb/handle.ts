// A handle: one connection to the engine with a thread of its own. Used by the pools of executor.ts.
import { Worker } from 'node:worker_threads'
import { EngineError } from '../engine.ts'
import type { Answer, Request, ThreadData } from './protocol.ts'

/**
 * One request at a time; a second before the answer is a fault of the caller. The thread stays for good: when one ends,
 * the package's clean-up takes the connections of all threads down.
 */
export class Handle {
  readonly #worker: Worker
  #waiting: ((answer: Answer) => void) | undefined
  #onIdle: (() => void) | undefined

  constructor(data: ThreadData) {
    this.#worker = new Worker(new URL('./thread.ts', import.meta.url), { workerData: data, name: 'chdb' })
    this.#worker.on('message', (answer: Answer) => {
      const waiting = this.#waiting
      this.#waiting = undefined
      waiting?.(answer)
      this.#onIdle?.()
    })
  }

  request(request: Request): Promise<Answer> {
    if (this.#waiting) return Promise.reject(new EngineError('rejected', 'the handle is busy'))
    return new Promise((resolve) => {
      this.#waiting = resolve
      this.#worker.postMessage(request)
    })
  }

  get busy(): boolean {
    return this.#waiting !== undefined
  }

  /** Lets go of the connection, after the answer that is under way. The next request makes a new one. */
  async reset(): Promise<void> {
    if (this.#waiting) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve
      })
      this.#onIdle = undefined
    }
    await this.request({ kind: 'close' })
  }
}
