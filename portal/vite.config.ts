// Build of the portal: the app, Kusto's language worker beside it, and compressed copies of both.
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { compressedCopies } from './build/compressed-copies.ts'
import { kustoWorker } from './build/kusto-worker.ts'

const api = process.env.CONSHELF_URL ?? 'http://127.0.0.1:8080'
const apiPaths = ['/v1', '/v2', '/subscriptions', '/providers', '/conshelf', '/ingest', '/openapi.json', '/healthz']

export default defineConfig({
  plugins: [react(), kustoWorker(), compressedCopies()],
  server: { proxy: Object.fromEntries(apiPaths.map((path) => [path, api])) },
  build: {
    target: 'es2023',
    chunkSizeWarningLimit: 3000,
    reportCompressedSize: false,
    modulePreload: { polyfill: false },
  },
})
