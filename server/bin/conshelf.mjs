#!/usr/bin/env node
// The command `conshelf`. Plain JavaScript that any Node can start: an older one hands over to the Node of this installation.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import * as module from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const needed = 24

if (Number(process.versions.node.split('.')[0]) >= needed) {
  // Keeps what was compiled, types stripped, for the next start.
  module.enableCompileCache?.()
  const { main } = await import('../src/cli/main.ts')
  process.exitCode = await main(process.argv.slice(2))
} else {
  handOver(newerNode())
}

function newerNode() {
  try {
    const binary = join(dirname(module.createRequire(import.meta.url).resolve('node/package.json')), 'bin', 'node')
    if (existsSync(binary)) return binary
  } catch {
    // The message below says what to do.
  }
  console.error(
    `conshelf needs Node ${needed}; this is ${process.version}. Run \`npm install\` in the repository, which brings one along.`,
  )
  process.exit(1)
}

function handOver(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    console.error(String(error))
    process.exit(1)
  })
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + ({ SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }[signal ?? ''] ?? 0)
  })
}
