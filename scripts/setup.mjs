// Brings a checkout into a state that can start: `node scripts/setup.mjs [portal] [browser] [prometheus] [rsyslog] [kcat]`. Runs before `npm start` and
// `npm test`, on any Node from 20 with nothing installed; quiet and quick when nothing is to do.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
/** What the build itself writes among the sources. */
const generated = /\.worker\.js(\.gz|\.br)?$/
const wishes = new Set(process.argv.slice(2))

installDependencies()
if (wishes.has('portal')) buildPortal()
if (wishes.has('browser')) findBrowser()
if (wishes.has('prometheus')) findPrometheus()
if (wishes.has('rsyslog')) findRsyslog()
if (wishes.has('kcat')) findKcat()

function installDependencies() {
  const lock = join(root, 'package-lock.json')
  const installed = join(root, 'node_modules', '.package-lock.json')
  if (changed(installed) >= changed(lock)) return
  if (isInstalled(lock, installed)) return touch(installed)
  npm('Installing dependencies, about a minute', ['ci'])
  touch(installed)
}

/** Whether node_modules has what the lock file asks for: a checkout can make the lock file newer without changing it. */
function isInstalled(lock, installed) {
  if (!existsSync(installed)) return false
  const has = JSON.parse(readFileSync(installed, 'utf8')).packages
  return Object.entries(JSON.parse(readFileSync(lock, 'utf8')).packages).every(
    ([path, { version, link, optional }]) =>
      !path.startsWith('node_modules/') || link || has[path]?.version === version || (optional && !has[path]),
  )
}

function buildPortal() {
  const page = join(root, 'portal', 'dist', 'index.html')
  const sources = ['src', 'public', 'build', 'index.html', 'vite.config.ts', 'package.json'].map((name) =>
    join(root, 'portal', name),
  )
  const newest = Math.max(...sources.map(newestIn), changed(join(root, 'node_modules', '.package-lock.json')))
  if (changed(page) >= newest) return
  npm('Building the portal', ['run', 'build', '--workspace', 'portal'])
}

function newestIn(path) {
  if (!existsSync(path)) return 0
  if (!statSync(path).isDirectory()) return generated.test(path) ? 0 : changed(path)
  return Math.max(0, ...readdirSync(path).map((name) => newestIn(join(path, name))))
}

function findBrowser() {
  if (browserPath()) return
  if (process.getuid?.() === 0 && onPath('apt-get')) {
    run('Installing Chromium for the browser tests', 'apt-get', ['update'])
    run(undefined, 'apt-get', ['install', '-y', '--no-install-recommends', 'chromium'])
    if (browserPath()) return
  }
  say(
    'There is no Chromium, so the browser tests will fail. Install one, for example with `npx playwright-core install chromium`.',
  )
}

function browserPath() {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
  const apps = [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ]
  return names.map(onPath).find(Boolean) ?? apps.find(existsSync) ?? playwrightBrowser()
}

function playwrightBrowser() {
  const folder = process.platform === 'darwin' ? join('Library', 'Caches') : '.cache'
  const cache = process.env.PLAYWRIGHT_BROWSERS_PATH ?? join(homedir(), folder, 'ms-playwright')
  if (!existsSync(cache)) return undefined
  return readdirSync(cache).find((name) => name.startsWith('chromium-'))
}

function findPrometheus() {
  if (onPath('prometheus') || unpack('prometheus', ['prometheus'], ['usr', 'bin', 'prometheus'])) return
  say('There is no Prometheus; the tests with a real one will be skipped.')
}

function findRsyslog() {
  const packages = ['rsyslog', 'libestr0', 'libfastjson4']
  if (existsSync('/usr/sbin/rsyslogd') || unpack('rsyslog', packages, ['usr', 'sbin', 'rsyslogd'])) return
  say('There is no rsyslog; the tests with a real one will be skipped.')
}

/** With its client library comes a cluster for tests. */
function findKcat() {
  if (
    onPath('kcat') ||
    unpack('kcat', ['kcat', 'librdkafka1', 'libyajl2', 'libsasl2-2', 'liblz4-1'], ['usr', 'bin', 'kcat'])
  )
    return
  say('There is no kcat; the tests with brokers of Kafka will be skipped.')
}

/** Debian's packages are unpacked, not installed: they would start services. Whether the program is there then. */
function unpack(name, packages, program) {
  const folder = join(root, 'node_modules', '.cache', name)
  if (existsSync(join(folder, ...program))) return true
  if (!onPath('apt-get') || !onPath('dpkg-deb')) return false
  say(`Fetching ${name} for the tests …`)
  mkdirSync(folder, { recursive: true })
  const download = () => attempt(folder, 'apt-get', ['download', ...packages])
  const isFetched = download() || (refreshLists() && download())
  for (const file of readdirSync(folder).filter((one) => one.endsWith('.deb'))) {
    if (isFetched) attempt(folder, 'dpkg-deb', ['-x', file, '.'])
    rmSync(join(folder, file))
  }
  return existsSync(join(folder, ...program))
}

function refreshLists() {
  return process.getuid?.() === 0 && attempt(root, 'apt-get', ['update'])
}

function attempt(cwd, command, args) {
  return spawnSync(command, args, { cwd, stdio: 'ignore' }).status === 0
}

function onPath(name) {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.map((folder) => join(folder, name)).find(existsSync)
}

/** Time of the last change; 0 for what is not there. */
function changed(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0
}

function touch(path) {
  const now = new Date()
  utimesSync(path, now, now)
}

function npm(message, args) {
  // The npm that runs this script, if one does.
  const own = process.env.npm_execpath
  if (own?.endsWith('.js')) run(message, process.execPath, [own, ...args])
  else run(message, process.platform === 'win32' ? 'npm.cmd' : 'npm', args)
}

/** Output is shown only when the command fails. */
function run(message, command, args) {
  if (message) say(`${message} …`)
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
  if (status === 0) return
  process.stderr.write(`${stdout ?? ''}${stderr ?? ''}`)
  say(`\`${[command, ...args].join(' ')}\` failed${error ? `: ${error.message}` : ` with status ${status}`}`)
  process.exit(1)
}

function say(text) {
  process.stderr.write(`conshelf: ${text}\n`)
}
