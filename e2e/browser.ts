// The browser in which the portal is tested.
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium } from 'playwright-core'

const built = fileURLToPath(new URL('../portal/dist/index.html', import.meta.url))
const browserArguments = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync']

export function launchBrowser(): Promise<Browser> {
  if (!existsSync(built)) throw new Error('The portal is not built: run `npm run build` first.')
  return chromium.launch({ executablePath: browserPath(), args: browserArguments })
}

function browserPath(): string {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
  const onPath = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)))
  const apps = [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ]
  const found = [...onPath, ...apps, chromium.executablePath()].find(isExecutable)
  if (!found)
    throw new Error('The browser tests need Chromium: install it, or run `npx playwright-core install chromium`.')
  return found
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
