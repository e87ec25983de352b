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

/** Counts changes of this file that change the worker. */
const recipe = 2

/** The versions that a worker was built from stand in its first line. */
function banner(): string {
  const manifest: { readonly dependencies: Readonly<Record<string, string>> } = JSON.parse(
    readFileSync(`${portal}package.json`, 'utf8'),
  )
  const parts = ['@kusto/monaco-kusto', '@kusto/language-service-next', 'monaco-editor']
  return `/*! ${parts.map((name) => `${name} ${manifest.dependencies[name]}`).join(', ')}; build ${recipe} */`
}

/**
 * Azure's `workspace("x").T` is Kusto's `database("x").T`, which is what the language service knows. The blank keeps
 * every place in the text.
 */
function workspaceCalls(): Plugin {
  const text = 'model.version, model.getValue()'
  return {
    name: 'conshelf:workspace-calls',
    transform(code, id) {
      if (!id.includes('kusto.worker.js')) return undefined
      if (!code.includes(text)) throw new Error(`@kusto/monaco-kusto has changed: no '${text}' in its worker`)
      return code.replace(text, `${text}.replace(/\\bworkspace(?=\\s*\\(\\s*["'])/g, 'database ')`)
    },
  }
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
    plugins: [workspaceCalls()],
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
