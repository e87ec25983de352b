import { defineConfig } from 'vitest/config'

// check: fast, no engine. engine: anything that opens chDB. e2e: starts the server or a browser.
const shared = { pool: 'forks' as const, testTimeout: 60_000, hookTimeout: 60_000 }
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: 'check',
          include: ['{kql,server,portal,test,bench}/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/*.engine.test.ts'],
        },
      },
      { test: { ...shared, name: 'engine', include: ['{kql,server}/**/*.engine.test.ts'] } },
      { test: { ...shared, name: 'e2e', include: ['e2e/**/*.test.ts'], testTimeout: 300_000, hookTimeout: 300_000 } },
    ],
  },
})
