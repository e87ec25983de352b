// Kubernetes' quantities (`250m`, `1Gi`, `1e3`) as numbers.
// https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/

const scales: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
}
const form = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:[eE]([+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/

/** Undefined for what is not a quantity. */
export function quantity(text: string | number | undefined): number | undefined {
  const [, digits, exponent, suffix = ''] = form.exec(String(text ?? '')) ?? []
  if (digits === undefined) return undefined
  const scale = exponent === undefined ? scales[suffix] : 10 ** Number(exponent)
  return scale === undefined ? undefined : Number(digits) * scale
}

/** Cores as the billionths that Perf counts. */
export function nanoCores(text: string | number | undefined): number | undefined {
  const cores = quantity(text)
  return cores === undefined ? undefined : Math.round(cores * 1e9)
}

export function bytes(text: string | number | undefined): number | undefined {
  const value = quantity(text)
  return value === undefined ? undefined : Math.round(value)
}
