// Seeded random numbers, split by stream and slot so that any piece of the demo can be generated on its own.
// Used by every generator of this folder; nothing here is fit for secrets.

export interface Random {
  /** Uniform in [0, 1). */
  next(): number
  /** Uniform integer, both ends included. */
  int(least: number, most: number): number
  chance(probability: number): boolean
  pick<T>(items: readonly T[]): T
  /** How many events fall into a slot when `mean` are expected (Poisson). */
  count(mean: number): number
  /** Bell-shaped around `mean`, never below a tenth of it. */
  around(mean: number, deviation: number): number
  hex(digits: number): string
  guid(): string
  /** Characters of generated Kubernetes names. */
  suffix(length: number): string
}

const hexDigits = '0123456789abcdef'
// Kubernetes leaves out vowels and digits that look like letters, so that no words arise.
const suffixLetters = 'bcdfghjklmnpqrstvwxz2456789'

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  return value >>> 0
}

const streamHashes = new Map<string, number>()
function streamHash(stream: string): number {
  const known = streamHashes.get(stream)
  if (known !== undefined) return known
  const value = hash(stream)
  streamHashes.set(stream, value)
  return value
}

/** The generator of one stream in one slot: equal arguments, equal numbers. The algorithm is sfc32. */
export function random(seed: number, stream: string, slot = 0): Random {
  let a = streamHash(stream)
  let b = seed | 0
  let c = slot | 0
  // Slots are times in milliseconds: their upper half counts too.
  let d = 1 + Math.floor(slot / 0x1_0000_0000)
  const bits = (): number => {
    const sum = (a + b + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    c |= 0
    return sum >>> 0
  }
  for (let i = 0; i < 12; i++) bits()
  return generator(bits)
}

function generator(bits: () => number): Random {
  const next = (): number => bits() / 0x1_0000_0000
  const int = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1))
  const letters = (alphabet: string, length: number): string => {
    let text = ''
    for (let i = 0; i < length; i++) text += alphabet[int(0, alphabet.length - 1)]
    return text
  }
  const hex = (digits: number): string => {
    let text = ''
    while (text.length < digits) text += (bits() + 0x1_0000_0000).toString(16).slice(1)
    return text.slice(0, digits)
  }
  return {
    next,
    int,
    hex,
    chance: (probability) => next() < probability,
    pick: (items) => items[int(0, items.length - 1)]!,
    count: (mean) => poisson(mean, next),
    around: (mean, deviation) => Math.max(mean / 10, mean + deviation * (next() + next() + next() - 1.5) * 2),
    guid: () => {
      const h = hex(32)
      const variant = hexDigits[8 + (Number.parseInt(h[16]!, 16) & 3)]
      return `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-${variant}${h.slice(17, 20)}-${h.slice(20)}`
    },
    suffix: (length) => letters(suffixLetters, length),
  }
}

function poisson(mean: number, next: () => number): number {
  const floor = Math.exp(-mean)
  let count = 0
  for (let product = next(); product > floor; product *= next()) count++
  return count
}
