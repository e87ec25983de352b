// Kusto's language service in its worker, started before the editor has loaded: its start takes longer than the rest.

let early: Worker | undefined = start()

function start(): Worker {
  return new Worker('/kusto.worker.js', { name: 'kusto' })
}

/** The worker that is already starting, for the first who asks; another one after that. */
export function takeKustoWorker(): Worker {
  const worker = early ?? start()
  early = undefined
  return worker
}
