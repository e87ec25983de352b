// series_fft and series_ifft: the discrete Fourier transform of a series of any length and its inverse, which divides by the length.
// https://learn.microsoft.com/kusto/query/series-fft-function
import type { Cell } from '../../model.ts'
import { type FunctionTable, local } from '../define.ts'
import { columnsText, finiteSeries } from './series-cells.ts'

interface Complex {
  readonly re: readonly number[]
  readonly im: readonly number[]
}

const every = (values: readonly number[], start: 0 | 1): readonly number[] => values.filter((_v, i) => i % 2 === start)

/** Sums of x[n] e^(sign 2πi kn/N), in halves as long as there are two. */
function transform({ re, im }: Complex, sign: 1 | -1): Complex {
  const n = re.length
  if (n <= 1) return { re, im }
  const turn = (k: number): readonly [number, number] => {
    const angle = (sign * 2 * Math.PI * (k % n)) / n
    return [Math.cos(angle), Math.sin(angle)]
  }
  const [outRe, outIm] = [new Array<number>(n).fill(0), new Array<number>(n).fill(0)]
  if (n % 2 === 1) {
    const turns = re.map((_v, k) => turn(k))
    for (let k = 0; k < n; k++) {
      for (let j = 0; j < n; j++) {
        const [c = 1, s = 0] = turns[(k * j) % n] ?? []
        outRe[k] = (outRe[k] ?? 0) + (re[j] ?? 0) * c - (im[j] ?? 0) * s
        outIm[k] = (outIm[k] ?? 0) + (re[j] ?? 0) * s + (im[j] ?? 0) * c
      }
    }
    return { re: outRe, im: outIm }
  }
  const even = transform({ re: every(re, 0), im: every(im, 0) }, sign)
  const odd = transform({ re: every(re, 1), im: every(im, 1) }, sign)
  for (let k = 0; k < n / 2; k++) {
    const [c, s] = turn(k)
    const [a, b] = [odd.re[k] ?? 0, odd.im[k] ?? 0]
    const [re1, im1] = [a * c - b * s, a * s + b * c]
    outRe[k] = (even.re[k] ?? 0) + re1
    outIm[k] = (even.im[k] ?? 0) + im1
    outRe[k + n / 2] = (even.re[k] ?? 0) - re1
    outIm[k + n / 2] = (even.im[k] ?? 0) - im1
  }
  return { re: outRe, im: outIm }
}

const fourier =
  (sign: 1 | -1) =>
  ([real, imaginary]: readonly Cell[]): Cell => {
    const re = finiteSeries(real)
    const im = imaginary === undefined ? re?.map(() => 0) : finiteSeries(imaginary)
    if (!re || !im || re.length !== im.length) return null
    const result = transform({ re, im }, sign)
    const scale = sign === 1 ? re.length : 1
    return columnsText([result.re.map((v) => v / scale), result.im.map((v) => v / scale)])
  }

export const seriesFourier: FunctionTable = {
  series_fft: local(['dynamic', 'dynamic'], fourier(-1)),
  series_ifft: local(['dynamic', 'dynamic'], fourier(1)),
}
