// The portal: theme, server state, routes.
import { FluentProvider } from '@fluentui/react-components'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from 'react-router/dom'
import { ApiError } from './api/errors.ts'
import { createRouter } from './routes.tsx'
import { ThemeContext, useThemeChoice } from './shell/theme-choice.ts'
import { darkTheme, lightTheme } from './theme.ts'

const router = createRouter()
const queryClient = new QueryClient({
  defaultOptions: { queries: { staleTime: 60_000, refetchOnWindowFocus: false, retry: shouldRetry } },
})

/** The server's refusals are final; silence may pass. */
function shouldRetry(failures: number, error: Error): boolean {
  return failures < 3 && !(error instanceof ApiError && error.status >= 400 && error.status < 500)
}

export function App() {
  const choice = useThemeChoice()
  return (
    <ThemeContext value={choice}>
      <FluentProvider theme={choice.dark ? darkTheme : lightTheme} style={{ height: '100%' }}>
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </FluentProvider>
    </ThemeContext>
  )
}
