// Messages of the .proto files beside this one: bytes <-> plain objects with the member names of the protocols' JSON forms.
// 64-bit integers are {low, high, unsigned}, which values.ts reads without loss; what is absent is a default on the prototype.
import { readFileSync } from 'node:fs'
import protobuf from 'protobufjs'
import { MalformedBody } from '../../types.ts'

export type ProtoFile = 'loki' | 'otlp' | 'remote-write'

export interface Message {
  decode(bytes: Uint8Array): object
  encode(value: object): Uint8Array
}

const roots = new Map<ProtoFile, protobuf.Root>()

/** The file is read when its first message is named. */
export function messageOf(file: ProtoFile, name: string): Message {
  let type: protobuf.Type | undefined
  const found = () => {
    type ??= rootOf(file).lookupType(name)
    return type
  }
  return {
    decode: (bytes) => decoded(found(), bytes),
    encode: (value) => found().encode(found().fromObject(value)).finish(),
  }
}

function rootOf(file: ProtoFile): protobuf.Root {
  const known = roots.get(file)
  if (known) return known
  const text = readFileSync(new URL(`${file}.proto`, import.meta.url), 'utf8')
  const { root } = protobuf.parse(text)
  root.resolveAll()
  roots.set(file, root)
  return root
}

/** Texts must be UTF-8, as the protobuf specification says; the library also bounds how deep messages nest. */
function decoded(type: protobuf.Type, bytes: Uint8Array): object {
  try {
    return type.decode(bytes)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new MalformedBody(`the body is not protobuf of ${type.name}: ${reason}`)
  }
}
