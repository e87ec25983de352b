// TLS and SASL in front of brokers that have neither: the handshakes are answered here, all else goes to the broker behind,
// whose address in answers becomes that of the front. https://kafka.apache.org/protocol#sasl_handshake
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { createServer, type TLSSocket } from 'node:tls'

export interface FrontOptions {
  readonly cert: string
  readonly key: string
  readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'
  readonly user: string
  readonly password: () => string
}

export interface Front {
  readonly port: number
  /** Connections that were let in, and those that were not. */
  readonly seen: { admitted: number; refused: number }
  stop(): Promise<void>
}

const apis = { saslHandshake: 17, apiVersions: 18, saslAuthenticate: 36 }
const errors = { unsupportedMechanism: 33, authenticationFailed: 58 }

/** `broker`: of a cluster of one, as HOST:PORT. */
export async function startFront(broker: string, options: FrontOptions): Promise<Front> {
  const open = new Set<Socket>()
  const seen = { admitted: 0, refused: 0 }
  const [host = '', brokerPort] = broker.split(':')
  const server = createServer({ cert: options.cert, key: options.key }, (client) => {
    const behind = connect(Number(brokerPort), host)
    for (const socket of [client, behind]) {
      open.add(socket)
      socket.on('error', () => socket.destroy())
    }
    client.on('close', () => behind.destroy())
    behind.on('close', () => client.destroy())
    const { port } = server.address() as AddressInfo
    const [from, to] = [addressBytes(host, Number(brokerPort)), addressBytes(host, port)]
    onFrames(behind, (frame) => client.write(framed(replaced(frame, from, to))))
    guard(client, behind, options, seen)
  })
  server.on('tlsClientError', () => seen.refused++)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    async stop() {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function guard(client: TLSSocket, behind: Socket, options: FrontOptions, seen: Front['seen']): void {
  let exchange: Exchange | undefined
  let isIn = false
  onFrames(client, (frame) => {
    const api = frame.readInt16BE(0)
    if (isIn || api === apis.apiVersions) return behind.write(framed(frame))
    const correlation = frame.subarray(4, 8)
    const body = frame.subarray(10 + Math.max(0, frame.readInt16BE(8)))
    if (api === apis.saslHandshake) {
      const asked = body.toString('utf8', 2, 2 + body.readInt16BE(0))
      const error = asked === options.mechanism ? 0 : errors.unsupportedMechanism
      exchange = options.mechanism === 'PLAIN' ? plain(options) : scram(options)
      return client.write(framed(Buffer.concat([correlation, int16(error), int32(1), text(options.mechanism)])))
    }
    if (api !== apis.saslAuthenticate || !exchange || frame.readInt16BE(2) !== 2) return client.destroy()
    // A tag buffer, then compact bytes: their length and one more as a varint.
    const [length, at] = varint(body, 1)
    const answer = exchange(body.toString('utf8', at, at + length - 1))
    if (answer.isIn) {
      isIn = true
      seen.admitted++
    } else if (answer.isRefused) seen.refused++
    const said = Buffer.from(answer.text ?? '')
    const error = int16(answer.isRefused ? errors.authenticationFailed : 0)
    const zero = Buffer.from([0])
    const parts = [
      correlation,
      zero,
      error,
      zero,
      Buffer.from(writtenVarint(said.length + 1)),
      said,
      Buffer.alloc(8),
      zero,
    ]
    return client.write(framed(Buffer.concat(parts)))
  })
}

type Exchange = (said: string) => { readonly text?: string; readonly isIn?: boolean; readonly isRefused?: boolean }

/** https://www.rfc-editor.org/rfc/rfc4616 */
function plain({ user, password }: FrontOptions): Exchange {
  return (said) => (said === `\0${user}\0${password()}` ? { isIn: true } : { isRefused: true })
}

/** https://www.rfc-editor.org/rfc/rfc5802#section-3 */
function scram({ mechanism, user, password }: FrontOptions): Exchange {
  const hash = mechanism === 'SCRAM-SHA-256' ? 'sha256' : 'sha512'
  const hmac = (key: Buffer, data: string) => createHmac(hash, key).update(data).digest()
  const salt = randomBytes(16)
  const length = hash === 'sha256' ? 32 : 64
  const salted = pbkdf2Sync(password(), salt, 4096, length, hash)
  const clientKey = hmac(salted, 'Client Key')
  const storedKey = createHash(hash).update(clientKey).digest()
  let before = ''
  let nonce = ''
  return (said) => {
    if (before === '') {
      const bare = said.replace(/^n,,/, '')
      nonce = `${/r=([^,]+)/.exec(bare)?.[1]}${randomBytes(12).toString('hex')}`
      const first = `r=${nonce},s=${salt.toString('base64')},i=4096`
      before = `${bare},${first}`
      return bare.startsWith(`n=${user},`) ? { text: first } : { isRefused: true }
    }
    const [, final = '', proof = ''] = /^(c=biws,r=[^,]+),p=(.+)$/.exec(said) ?? []
    const whole = `${before},${final}`
    const signature = hmac(storedKey, whole)
    const expected = Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] as number)))
    if (!final.endsWith(`r=${nonce}`) || proof !== expected.toString('base64')) return { isRefused: true }
    return { isIn: true, text: `v=${hmac(hmac(salted, 'Server Key'), whole).toString('base64')}` }
  }
}

function onFrames(socket: Socket, take: (frame: Buffer) => void): void {
  let rest: Buffer = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk])
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      const end = 4 + rest.readInt32BE(0)
      take(rest.subarray(4, end))
      rest = rest.subarray(end)
    }
  })
}

function replaced(frame: Buffer, from: Buffer, to: Buffer): Buffer {
  const copy = Buffer.from(frame)
  for (let at = copy.indexOf(from); at >= 0; at = copy.indexOf(from, at + 1)) to.copy(copy, at)
  return copy
}

const framed = (bytes: Buffer): Buffer => Buffer.concat([int32(bytes.length), bytes])
/** As metadata has it: the end of a text, and a number. */
const addressBytes = (host: string, port: number): Buffer => Buffer.concat([Buffer.from(host), int32(port)])
const text = (value: string): Buffer => Buffer.concat([int16(value.length), Buffer.from(value)])

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(value)
  return bytes
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

/** The number, and where what follows begins. */
function varint(bytes: Buffer, from: number): readonly [number, number] {
  let value = 0
  for (let at = from, shift = 0; ; at++, shift += 7) {
    const byte = bytes[at] ?? 0
    value += (byte & 127) * 2 ** shift
    if (byte < 128) return [value, at + 1]
  }
}

function writtenVarint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...writtenVarint(value >> 7)]
}
