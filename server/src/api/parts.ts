// What the HTTP surfaces need of the rest of the server; main.ts fills it.
import type { AccessTokens } from '../access/access-tokens.ts'
import type { Credentials } from '../access/credentials.ts'
import type { Identity } from '../access/identity.ts'
import type { Roles } from '../access/roles.ts'
import type { SharedKeys } from '../access/shared-keys.ts'
import type { Alerting } from '../alerts/alerting.ts'
import type { Tables, Workspaces } from '../catalog/types.ts'
import type { Content } from '../content/content.ts'
import type { Clock } from '../core/clock.ts'
import type { Ids } from '../core/ids.ts'
import type { Limits } from '../core/limits.ts'
import type { Log } from '../core/log.ts'
import type { ReceiverName } from '../ingest/receivers/index.ts'
import type { DataCollectionRules } from '../ingest/rules/data-collection-rules.ts'
import type { DiagnosticSettings } from '../ingest/rules/diagnostic-settings.ts'
import type { TargetStatus } from '../ingest/scrape.ts'
import type { ListenerStatus } from '../ingest/sockets.ts'
import type { SourceStatus } from '../ingest/sources/state.ts'
import type { Ingest, Receiver, RowQueries } from '../ingest/types.ts'
import type { Lifecycle } from '../lifecycle/lifecycle.ts'
import type { ActivityLog } from '../monitor/activity.ts'
import type { QueryService } from '../query/types.ts'
import type { Resources } from '../resources/resource.ts'
import type { Security } from '../security/security.ts'

/** How far the demo environment is. */
export interface DemoState {
  readonly state: 'off' | 'loading' | 'live' | 'failed'
  readonly message?: string
}

export interface Followed {
  readonly sources: readonly SourceStatus[]
  readonly targets: readonly TargetStatus[]
}

export interface ApiParts {
  readonly queries: QueryService
  readonly workspaces: Workspaces
  readonly tables: Tables
  readonly resources: Resources
  readonly identity: Identity
  readonly roles: Roles
  readonly credentials: Credentials
  readonly accessTokens: AccessTokens
  readonly dataCollectionRules: DataCollectionRules
  readonly diagnosticSettings: DiagnosticSettings
  readonly rowQueries: RowQueries
  readonly security: Security
  readonly alerting: Alerting
  readonly sharedKeys: SharedKeys
  readonly lifecycle: Lifecycle
  readonly content: Pick<Content, 'queries' | 'resourceTypes'>
  readonly ingest: Ingest
  /** Every surface that changes resources tells it of each change. */
  readonly activity: ActivityLog
  /** By name, as in `/ingest/<name>`. */
  readonly receivers: Readonly<Record<ReceiverName, Receiver>>
  /** Sets of routes that rows of telemetry take unless a request says otherwise; see content/kinds/route.ts. */
  readonly routes?: string
  readonly clock: Clock
  readonly ids: Ids
  readonly limits: Limits
  readonly log: Log
  readonly version: string
  /** What KQL queries of resources may use; absent: what Azure documents. */
  readonly resourceGraphLanguage?: 'documented' | 'all'
  /** Folder of the built portal; absent: `/` answers with a short text. */
  readonly portal?: string
  /** PEM texts; absent: plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string }
  readonly demo: () => DemoState
  /** False while the server starts or stops. */
  readonly ready: () => boolean
  /** What takes logs over sockets. */
  readonly listeners: () => readonly ListenerStatus[]
  /** What is fetched rather than sent. */
  readonly followed: () => Followed
}
