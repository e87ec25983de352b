// Punycode (RFC 3492), of texts and of the labels of domain names. https://learn.microsoft.com/kusto/query/punycode-from-string-function
import type { Cell } from '../../model.ts'
import { type FunctionTable, local } from '../define.ts'

const [base, tMin, tMax, skew, damp, initialBias, initialCode] = [36, 1, 26, 38, 700, 72, 128]
const digits = 'abcdefghijklmnopqrstuvwxyz0123456789'
const maxCode = 0x10ffff

function adapt(delta: number, points: number, first: boolean): number {
  let rest = first ? Math.floor(delta / damp) : delta >> 1
  rest += Math.floor(rest / points)
  let k = 0
  for (; rest > ((base - tMin) * tMax) >> 1; k += base) rest = Math.floor(rest / (base - tMin))
  return k + Math.floor(((base - tMin + 1) * rest) / (rest + skew))
}

const threshold = (k: number, bias: number): number => Math.min(tMax, Math.max(tMin, k - bias))

function variableLength(value: number, bias: number): string {
  let [rest, text] = [value, '']
  for (let k = base; ; k += base) {
    const t = threshold(k, bias)
    if (rest < t) return text + digits[rest]
    text += digits[t + ((rest - t) % (base - t))]
    rest = Math.floor((rest - t) / (base - t))
  }
}

function encode(text: string): string {
  const points = [...text].map((c) => c.codePointAt(0) ?? 0)
  const basic = points.filter((p) => p < initialCode)
  let output = String.fromCodePoint(...basic) + (basic.length > 0 ? '-' : '')
  let [delta, bias, handled, code] = [0, initialBias, basic.length, initialCode]
  while (handled < points.length) {
    const next = Math.min(...points.filter((p) => p >= code))
    delta += (next - code) * (handled + 1)
    code = next
    for (const point of points) {
      if (point < code) delta += 1
      if (point !== code) continue
      output += variableLength(delta, bias)
      bias = adapt(delta, handled + 1, handled === basic.length)
      delta = 0
      handled += 1
    }
    delta += 1
    code += 1
  }
  return output
}

/** Undefined for what is no punycode. */
function decode(text: string): string | undefined {
  if (/[^ -~]/.test(text)) return undefined
  const border = text.lastIndexOf('-')
  const points = border > 0 ? [...text.slice(0, border)].map((c) => c.charCodeAt(0)) : []
  let [at, place, bias, code] = [border > 0 ? border + 1 : 0, 0, initialBias, initialCode]
  while (at < text.length) {
    const before = place
    for (let [weight, k] = [1, base]; ; k += base) {
      const digit = digits.indexOf((text[at] ?? '!').toLowerCase())
      at += 1
      if (digit < 0) return undefined
      place += digit * weight
      const t = threshold(k, bias)
      if (digit < t) break
      weight *= base - t
    }
    const length = points.length + 1
    bias = adapt(place - before, length, before === 0)
    code += Math.floor(place / length)
    place %= length
    if (code > maxCode || (code >= 0xd800 && code < 0xe000)) return undefined
    points.splice(place, 0, code)
    place += 1
  }
  return points.map((p) => String.fromCodePoint(p)).join('')
}

/** Dots of domain names, the ideographic and full-width ones included; what is written has plain dots. */
const dots = /[.\u3002\uFF0E\uFF61]/

function encodeDomain(domain: string): string {
  const label = (l: string): string => (/^[ -~]*$/.test(l) ? l : `xn--${encode(l)}`)
  return domain.split(dots).map(label).join('.')
}

function decodeDomain(domain: string): string {
  const labels = domain
    .split('.')
    .map((l) => (/^xn--/i.test(l) ? decode(l.slice(4)) : /^[ -~]*$/.test(l) ? l : undefined))
  return labels.includes(undefined) ? '' : labels.join('.')
}

const text =
  (run: (text: string) => string | undefined) =>
  ([cell]: readonly Cell[]): Cell =>
    run(String(cell ?? '')) ?? ''

export const punycodes: FunctionTable = {
  punycode_from_string: local(['string'], text(encode)),
  punycode_to_string: local(['string'], text(decode)),
  punycode_domain_to_string: local(['string'], text(encodeDomain)),
  punycode_domain_from_string: local(['string'], text(decodeDomain)),
}
