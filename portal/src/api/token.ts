// The bearer token of this browser tab, for servers that want one. It does not outlive the tab.

const key = 'conshelf.token'

export function storedToken(): string | undefined {
  return sessionStorage.getItem(key) ?? undefined
}

export function storeToken(token: string): void {
  sessionStorage.setItem(key, token)
}
