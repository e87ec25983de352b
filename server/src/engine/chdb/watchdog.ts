// A thread of the engine's process that ends the process when the server is gone or the main thread hangs: after a
// crash the engine's signal handler keeps the crashed thread, and with it the process, asleep for ever.
import { workerData } from 'node:worker_threads'

/** Counted up by the main thread while it is well. */
const heartbeat = new Int32Array(workerData as SharedArrayBuffer)
const lookMillis = 1_000
const patience = 30

const server = process.ppid
let last = -1
let silent = 0

setInterval(() => {
  const beat = Atomics.load(heartbeat, 0)
  silent = beat === last ? silent + 1 : 0
  last = beat
  if (process.ppid !== server || silent > patience) process.kill(process.pid, 'SIGKILL')
}, lookMillis)
