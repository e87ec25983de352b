// Which other workspaces a query reads: https://learn.microsoft.com/azure/azure-monitor/logs/cross-workspace-query
const call = /\bworkspace\s*\(\s*(?:"([^"\n]+)"|'([^'\n]+)')\s*\)/g

/** Names as written, each once, in a fixed order. */
export function calledWorkspaces(text: string): readonly string[] {
  const names = [...text.matchAll(call)].map(([, double, single]) => double ?? single ?? '')
  return [...new Set(names)].sort()
}
