// Vite plugin: builds Kusto's language service once, as a classic script, into public/ where both the dev server and
// the build find it. A module worker cannot run it: the Bridge.NET scripts inside expect `global` and sloppy mode.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'vite'

const portal = fileURLToPath(new URL('..', import.meta.url))
const worker = `${portal}public/kusto.worker.js`

export function kustoWorker(): Plugin {
  return {
    name: 'conshelf:kusto-worker',
    async config() {
      if (!isCurrent()) await buildWorker()
    },
  }
}

/** The versions that a worker was built from stand in its first line. */
function banner(): string {
  const manifest: { readonly dependencies: Readonly<Record<string, string>> } = JSON.parse(
    readFileSync(`${portal}package.json`, 'utf8'),
  )
  const parts = ['@kusto/monaco-kusto', '@kusto/language-service-next', 'monaco-editor']
  return `/*! ${parts.map((name) => `${name} ${manifest.dependencies[name]}`).join(', ')} */`
}

function isCurrent(): boolean {
  return existsSync(worker) && readFileSync(worker, 'utf8').startsWith(banner())
}

async function buildWorker(): Promise<void> {
  await build({
    configFile: false,
    root: portal,
    publicDir: false,
    logLevel: 'error',
    define: { global: 'globalThis' },
    build: {
      outDir: 'public',
      emptyOutDir: false,
      copyPublicDir: false,
      chunkSizeWarningLimit: 20_000,
      reportCompressedSize: false,
      lib: {
        entry: fileURLToPath(import.meta.resolve('@kusto/monaco-kusto/release/esm/kusto.worker.js')),
        formats: ['iife'],
        name: 'kustoWorker',
        fileName: () => 'kusto.worker.js',
      },
      rolldownOptions: { output: { postBanner: banner() } },
    },
  })
}
