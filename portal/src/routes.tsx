// The list of pages. A page is one entry here and one folder under pages/.
import { AlertRegular, DocumentSearchRegular, GavelRegular, PlugConnectedRegular } from '@fluentui/react-icons'
import type { ComponentType, ReactElement } from 'react'
import { createBrowserRouter, Navigate } from 'react-router'
import { NotFound } from './shell/not-found.tsx'
import { Shell } from './shell/shell.tsx'

export interface Page {
  readonly path: string
  readonly title: string
  readonly icon: ReactElement
  readonly load: () => Promise<ComponentType>
}

const pages: readonly Page[] = [
  {
    path: '/logs',
    title: 'Logs',
    icon: <DocumentSearchRegular />,
    load: async () => (await import('./pages/logs/logs-page.tsx')).LogsPage,
  },
  {
    path: '/alerts',
    title: 'Alerts',
    icon: <AlertRegular />,
    load: async () => (await import('./pages/alerts/alerts-page.tsx')).AlertsPage,
  },
  {
    path: '/alert-rules',
    title: 'Rules',
    icon: <GavelRegular />,
    load: async () => (await import('./pages/alert-rules/alert-rules-page.tsx')).AlertRulesPage,
  },
  {
    path: '/data-sources',
    title: 'Sources',
    icon: <PlugConnectedRegular />,
    load: async () => (await import('./pages/data-sources/data-sources-page.tsx')).DataSourcesPage,
  },
]

export function createRouter(): ReturnType<typeof createBrowserRouter> {
  return createBrowserRouter([
    {
      path: '/',
      element: <Shell pages={pages} />,
      hydrateFallbackElement: <></>,
      children: [
        { index: true, element: <Navigate to="/logs" replace /> },
        ...pages.map(({ path, load }) => ({ path, lazy: async () => ({ Component: await load() }) })),
        { path: '*', element: <NotFound /> },
      ],
    },
  ])
}
