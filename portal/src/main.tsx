// Starts the portal in the page.
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import './page.css'

const root = document.getElementById('root')
if (!root) throw new Error('index.html lacks its #root')
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
