// Compares an answer with what a scenario expects of it: members that are not named are free.

/** The places where they differ; none when the expectation holds. A text between slashes is a regular expression. */
export function differences(expected: unknown, actual: unknown, path = '$'): readonly string[] {
  if (typeof expected === 'string' && /^\/.+\/$/s.test(expected)) return matches(expected, actual, path)
  if (Array.isArray(expected)) return arrayDifferences(expected, actual, path)
  if (isObject(expected)) return objectDifferences(expected, actual, path)
  return expected === actual ? [] : [`${path}: expected ${show(expected)}, got ${show(actual)}`]
}

function matches(pattern: string, actual: unknown, path: string): readonly string[] {
  const text = typeof actual === 'string' ? actual : JSON.stringify(actual)
  return new RegExp(pattern.slice(1, -1), 's').test(text ?? '')
    ? []
    : [`${path}: ${show(actual)} does not match ${pattern}`]
}

function arrayDifferences(expected: readonly unknown[], actual: unknown, path: string): readonly string[] {
  if (!Array.isArray(actual)) return [`${path}: expected a list, got ${show(actual)}`]
  if (expected.length !== actual.length) return [`${path}: expected ${expected.length} entries, got ${show(actual)}`]
  return expected.flatMap((entry, index) => differences(entry, actual[index], `${path}[${index}]`))
}

function objectDifferences(
  expected: Readonly<Record<string, unknown>>,
  actual: unknown,
  path: string,
): readonly string[] {
  if (!isObject(actual)) return [`${path}: expected an object, got ${show(actual)}`]
  return Object.entries(expected).flatMap(([name, value]) =>
    value === '$absent'
      ? name in actual
        ? [`${path}.${name}: expected to be absent, got ${show(actual[name])}`]
        : []
      : differences(value, actual[name], `${path}.${name}`),
  )
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function show(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 500)
}
