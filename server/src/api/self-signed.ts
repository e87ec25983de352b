// A certificate for `--tls self-signed`, kept in the data folder so that clients who trust it once can go on.
// DER of RFC 5280, the few structures that one certificate needs.
import { createPrivateKey, createSign, generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { isIPv4 } from 'node:net'
import { join } from 'node:path'

export interface TlsPair {
  /** PEM. */
  readonly cert: string
  readonly key: string
}

const lifeDays = 397
const renewDays = 30
const dayMillis = 86_400_000

/** The pair in this folder; made anew when there is none or it expires within a month. */
export function selfSignedPair(folder: string, names: readonly string[], now: number): TlsPair {
  const certFile = join(folder, 'cert.pem')
  const keyFile = join(folder, 'key.pem')
  if (existsSync(certFile) && existsSync(keyFile)) {
    const pair = { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') }
    if (isGoodFor(pair.cert, names, now + renewDays * dayMillis)) return pair
  }
  const made = makePair(names, now)
  mkdirSync(folder, { recursive: true })
  writeFileSync(keyFile, made.key, { mode: 0o600 })
  writeFileSync(certFile, made.cert)
  return made
}

function isGoodFor(cert: string, names: readonly string[], until: number): boolean {
  const known = new X509Certificate(cert)
  const matches = (name: string) => (isIPv4(name) ? known.checkIP(name) : known.checkHost(name)) !== undefined
  return Date.parse(known.validTo) > until && names.every(matches)
}

export function makePair(names: readonly string[], now: number): TlsPair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'der' },
  })
  const issuer = sequence(set(sequence(oid(0x55, 0x04, 0x03), element(0x0c, Buffer.from('Conshelf')))))
  const toBeSigned = sequence(
    element(0xa0, element(0x02, Buffer.of(2))),
    element(0x02, serialNumber()),
    ecdsaWithSha256,
    issuer,
    sequence(time(now - dayMillis), time(now + lifeDays * dayMillis)),
    issuer,
    publicKey,
    element(0xa3, sequence(basicConstraints, alternativeNames(names))),
  )
  const signature = createSign('sha256').update(toBeSigned).sign(createPrivateKey(privateKey))
  const certificate = sequence(toBeSigned, ecdsaWithSha256, element(0x03, Buffer.of(0), signature))
  return { cert: pem(certificate), key: privateKey }
}

/** Positive, sixteen random bytes. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40
  return bytes
}

function element(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  return Buffer.concat([Buffer.of(tag), lengthBytes(content.length), content])
}

function lengthBytes(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length)
  return length < 0x100 ? Buffer.of(0x81, length) : Buffer.of(0x82, length >> 8, length & 0xff)
}

function sequence(...contents: readonly Uint8Array[]): Buffer {
  return element(0x30, ...contents)
}

function set(...contents: readonly Uint8Array[]): Buffer {
  return element(0x31, ...contents)
}

function oid(...bytes: readonly number[]): Buffer {
  return element(0x06, Buffer.from(bytes))
}

/** UTCTime, `YYMMDDhhmmssZ`. */
function time(millis: number): Buffer {
  const digits = new Date(millis).toISOString().replace(/[-:T]|\.\d+/g, '')
  return element(0x17, Buffer.from(digits.slice(2)))
}

const ecdsaWithSha256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02))
const isTrue = element(0x01, Buffer.of(0xff))
/** An authority of its own, as clients that pin it expect. */
const basicConstraints = sequence(oid(0x55, 0x1d, 0x13), isTrue, element(0x04, sequence(isTrue)))

function alternativeNames(names: readonly string[]): Buffer {
  const entries = names.map((name) =>
    isIPv4(name) ? element(0x87, Buffer.from(name.split('.').map(Number))) : element(0x82, Buffer.from(name)),
  )
  return sequence(oid(0x55, 0x1d, 0x11), element(0x04, sequence(...entries)))
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
