// Light, dark or as the system is: the reader's choice, kept by the browser.
import { createContext, useContext, useEffect, useState } from 'react'
import { useStored } from '../components/use-stored.ts'
import type { ThemeChoice } from '../theme.ts'

export interface ThemeState {
  readonly choice: ThemeChoice
  readonly dark: boolean
  readonly choose: (choice: ThemeChoice) => void
}

export const ThemeContext = createContext<ThemeState>({ choice: 'system', dark: false, choose: () => {} })

export function useTheme(): ThemeState {
  return useContext(ThemeContext)
}

const query = '(prefers-color-scheme: dark)'

export function useThemeChoice(): ThemeState {
  const [choice, choose] = useStored<ThemeChoice>('conshelf.theme', 'system')
  const [systemDark, setSystemDark] = useState(() => matchMedia(query).matches)
  useEffect(() => {
    const media = matchMedia(query)
    const follow = () => setSystemDark(media.matches)
    media.addEventListener('change', follow)
    return () => media.removeEventListener('change', follow)
  }, [])
  const dark = choice === 'system' ? systemDark : choice === 'dark'
  useEffect(() => {
    document.documentElement.style.colorScheme = dark ? 'dark' : 'light'
  }, [dark])
  return { choice, dark, choose }
}
