// Kubeconfigs and service accounts.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { kubeconfigAccess, serviceAccountAccess } from './access.ts'

const folder = mkdtempSync(join(tmpdir(), 'conshelf-access-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function config(user: object, cluster: object = {}): string {
  const file = join(folder, `${crypto.randomUUID()}.yaml`)
  const text = stringify({
    'current-context': 'main',
    contexts: [
      { name: 'main', context: { cluster: 'c', user: 'u' } },
      { name: 'lost', context: { cluster: 'gone', user: 'u' } },
    ],
    clusters: [{ name: 'c', cluster: { server: 'https://10.0.0.1:6443', ...cluster } }],
    users: [{ name: 'u', user }],
  })
  writeFileSync(file, text)
  return file
}

const base64 = (text: string) => Buffer.from(text).toString('base64')

test('data within, files beside, and tokens that are exchanged', () => {
  writeFileSync(join(folder, 'ca.pem'), 'CA')
  writeFileSync(join(folder, 'token'), 'one\n')
  const within = kubeconfigAccess(
    config(
      { 'client-certificate-data': base64('CERT'), 'client-key-data': base64('KEY') },
      { 'certificate-authority-data': base64('AUTHORITY') },
    ),
  )
  expect(within).toEqual({
    server: new URL('https://10.0.0.1:6443'),
    ca: 'AUTHORITY',
    certificate: { cert: 'CERT', key: 'KEY' },
  })
  const beside = kubeconfigAccess(
    config(
      { tokenFile: 'token', token: 'old' },
      { 'certificate-authority': 'ca.pem', 'tls-server-name': 'api', 'insecure-skip-tls-verify': true },
    ),
  )
  expect(beside).toMatchObject({ ca: 'CA', serverName: 'api', isUnverified: true })
  expect(beside.token?.()).toBe('one')
  writeFileSync(join(folder, 'token'), 'two\n')
  expect(beside.token?.()).toBe('two')
})

test.each([
  [{ exec: { command: 'kubelogin' } }, {}, undefined, /user 'u' signs in by 'exec', which is not supported/],
  [{ username: 'a', password: 'b' }, {}, undefined, /'username'/],
  [{ token: 'x', as: 'admin' }, {}, undefined, /'as'/],
  [{ 'client-certificate-data': 'eA==' }, {}, undefined, /needs both/],
  [{ token: 'x' }, { 'proxy-url': 'http://p' }, undefined, /'proxy-url' is not supported/],
  [{ token: 'x' }, { server: 'here' }, undefined, /'here' is not the URL/],
  [{ token: 'x' }, { 'certificate-authority': 'none.pem' }, undefined, /none.pem cannot be read/],
  [{ token: 'x' }, {}, 'other', /no context 'other'; there is main, lost/],
  [{ token: 'x' }, {}, 'lost', /no cluster 'gone'; there is c/],
])('refuses %j %j', (user, cluster, context, message) => {
  expect(() => kubeconfigAccess(config(user, cluster), context)).toThrow(message)
})

test('a file that is no kubeconfig', () => {
  const file = join(folder, 'odd.yaml')
  writeFileSync(file, 'a: [')
  expect(() => kubeconfigAccess(file)).toThrow(/cannot be read/)
  writeFileSync(file, '3')
  expect(() => kubeconfigAccess(file)).toThrow(/is not a kubeconfig/)
})

test('the service account of a pod', () => {
  writeFileSync(join(folder, 'ca.crt'), 'CA')
  const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '6443' }
  const access = serviceAccountAccess(env, folder)
  expect(access).toMatchObject({ server: new URL('https://[fd00::1]:6443'), ca: 'CA' })
  expect(access.token?.()).toBe('two')
  expect(() => serviceAccountAccess({}, folder)).toThrow(/not a pod/)
})
