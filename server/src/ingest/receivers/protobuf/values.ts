// Members of a decoded message, whether it came as protobuf or as the JSON form of it: checked, and 64-bit integers exact.
// https://protobuf.dev/programming-guides/json/
import { exactInteger, numberText } from '../../json/exact.ts'
import type { Json } from '../../types.ts'

/** A message whose members nobody has checked. */
export type Fields = Readonly<Record<string, unknown>>

/** A member is not what its protocol says. */
export class WireFault extends Error {}

const nothing: readonly Fields[] = []

export function listIn(message: Fields, name: string): readonly Fields[] {
  const value = message[name]
  if (value === undefined || value === null) return nothing
  if (!Array.isArray(value)) throw new WireFault(`'${name}' must be a list`)
  for (const one of value)
    if (typeof one !== 'object' || one === null) throw new WireFault(`'${name}' lists no objects`)
  return value
}

export function messageIn(message: Fields, name: string): Fields | undefined {
  const value = message[name]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'object' || Array.isArray(value)) throw new WireFault(`'${name}' must be an object`)
  return value as Fields
}

export function textIn(message: Fields, name: string): string {
  const value = message[name]
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string') throw new WireFault(`'${name}' must be a text`)
  return value
}

export function boolIn(message: Fields, name: string): boolean {
  const value = message[name]
  if (value === undefined || value === null) return false
  if (typeof value !== 'boolean') throw new WireFault(`'${name}' must be true or false`)
  return value
}

/** Undefined: absent. A member of a oneof, or one whose absence counts, is absent unless the message itself has it. */
export function doubleIn(message: Fields, name: string): number | undefined {
  if (!Object.hasOwn(message, name)) return undefined
  const value = message[name]
  return value === null || value === undefined ? undefined : doubleOf(value, name)
}

export function doublesIn(message: Fields, name: string): number[] {
  return valuesIn(message, name).map((value) => doubleOf(value, name))
}

/** 0 when absent. */
export function integerIn(message: Fields, name: string): Json {
  const value = message[name]
  return value === undefined || value === null ? 0 : integerOf(value, name)
}

export function integersIn(message: Fields, name: string): Json[] {
  return valuesIn(message, name).map((value) => integerOf(value, name))
}

/** 0 when absent. */
export function bigintIn(message: Fields, name: string): bigint {
  const value = message[name]
  return value === undefined || value === null ? 0n : bigintOf(value, name)
}

/** An integer of any size as a JSON number with all its digits. */
export function integerOf(value: unknown, name: string): Json {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value
  return exactInteger(bigintOf(value, name))
}

/** What protobufjs makes of a 64-bit integer. */
interface Long {
  readonly low: number
  readonly high: number
  readonly unsigned: boolean
}

/** As a JavaScript number, which is exact for what milliseconds and counters hold. */
export function numberIn(message: Fields, name: string): number {
  const value = message[name]
  if (isLong(value)) return value.high * 4_294_967_296 + (value.low >>> 0)
  return value === undefined || value === null ? 0 : Number(bigintOf(value, name))
}

function bigintOf(value: unknown, name: string): bigint {
  if (isLong(value)) {
    const bits = (BigInt(value.high) << 32n) | BigInt(value.low >>> 0)
    return value.unsigned ? BigInt.asUintN(64, bits) : bits
  }
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value)
  const text = typeof value === 'string' ? value : numberText(value as Json)
  if (text !== undefined && /^-?\d{1,20}$/.test(text)) return BigInt(text)
  const number = text === undefined || !/^-?\d+(\.0*)?([eE]\+?\d+)?$/.test(text) ? Number.NaN : Number(text)
  if (Number.isSafeInteger(number)) return BigInt(number)
  throw new WireFault(`'${name}' must be a whole number`)
}

function isLong(value: unknown): value is Long {
  return typeof value === 'object' && value !== null && 'high' in value && 'low' in value && 'unsigned' in value
}

const words = new Uint32Array(2)
const double = new Float64Array(words.buffer)

/** A double that was read as its bits, of which the lower half may tell one NaN from another. */
export function doubleOfBits(value: unknown): { readonly value: number; readonly low: number } {
  const { low, high } = isLong(value) ? value : { low: 0, high: 0 }
  words[0] = low
  words[1] = high
  return { value: double[0] as number, low }
}

const notFinite: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
}

/** Also from a text, as the JSON form of protobuf has numbers that JSON lacks. */
export function doubleOf(value: unknown, name: string): number {
  if (typeof value === 'number') return value
  const text = typeof value === 'string' ? value : numberText(value as Json)
  const named = text === undefined ? undefined : notFinite[text]
  if (named !== undefined) return named
  if (text !== undefined && /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(text)) return Number(text)
  throw new WireFault(`'${name}' must be a number`)
}

function valuesIn(message: Fields, name: string): readonly unknown[] {
  const value = message[name]
  if (value === undefined || value === null) return nothing
  if (!Array.isArray(value)) throw new WireFault(`'${name}' must be a list`)
  return value
}
