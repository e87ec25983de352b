// Loads Microsoft's language service once. Its scripts install globals (Kusto, System, Bridge), so nothing else imports it.
/// <reference types="@kusto/language-service-next" />
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
require('@kusto/language-service-next/bridge.min.js')
require('@kusto/language-service-next/Kusto.Language.Bridge.min.js')

type Globals = typeof globalThis & { readonly Kusto: typeof Kusto }

/** The `Kusto.Language` namespace. */
export const language: typeof Kusto.Language = (globalThis as Globals).Kusto.Language
