// An incident, its comments and what it is related to. https://learn.microsoft.com/rest/api/securityinsights/incidents
import { type Static, Type } from 'typebox'
import type { ResourceKind } from '../../resource.ts'
import { open, orNull, person, severity, text } from './parts.ts'

export const incidentStatuses = ['New', 'Active', 'Closed'] as const
export type IncidentStatus = (typeof incidentStatuses)[number]

/** The reasons that belong to each classification. */
export const classifications = {
  Undetermined: [],
  TruePositive: ['SuspiciousActivity'],
  BenignPositive: ['SuspiciousButExpected'],
  FalsePositive: ['IncorrectAlertLogic', 'InaccurateData'],
} as const
export type Classification = keyof typeof classifications

const label = Type.Object(
  { labelName: Type.String({ minLength: 1 }), labelType: orNull(Type.Enum(['User', 'AutoAssigned'])) },
  open,
)

const owner = Type.Object(
  {
    objectId: text,
    email: text,
    assignedTo: text,
    userPrincipalName: text,
    ownerType: orNull(Type.Enum(['Unknown', 'User', 'Group'])),
  },
  open,
)

/** What a client sends. */
const properties = Type.Object(
  {
    title: Type.String({ minLength: 1 }),
    description: text,
    severity,
    status: Type.Enum([...incidentStatuses]),
    classification: orNull(Type.Enum(Object.keys(classifications) as Classification[])),
    classificationReason: orNull(Type.Enum(Object.values(classifications).flat())),
    classificationComment: text,
    owner: orNull(owner),
    labels: orNull(Type.Array(label)),
    firstActivityTimeUtc: text,
    lastActivityTimeUtc: text,
  },
  { additionalProperties: false },
)

/** What the server knows of it. */
const record = Type.Object({
  number: Type.Integer({ minimum: 1 }),
  created: Type.String(),
  modified: Type.String(),
  modifiedBy: Type.String(),
  closed: Type.Optional(Type.String()),
  url: Type.String(),
  provider: Type.String(),
  /** ARM ids of the analytics rules whose alerts it holds. */
  rules: Type.Array(Type.String()),
  /** What further alerts of a rule join it by. */
  group: Type.Optional(Type.Object({ rule: Type.String(), key: Type.String(), first: Type.String() })),
})

const schema = Type.Object({ properties, record })
export type IncidentBody = Static<typeof schema>
export type IncidentProperties = IncidentBody['properties']
export const incidentKind: ResourceKind<typeof schema> = { kind: 'microsoft.securityinsights/incidents', schema }

const commentSchema = Type.Object({
  message: Type.String({ minLength: 1, maxLength: 30_000 }),
  created: Type.String(),
  modified: Type.String(),
  author: person,
})
export type IncidentCommentBody = Static<typeof commentSchema>
export const incidentCommentKind: ResourceKind<typeof commentSchema> = {
  kind: 'microsoft.securityinsights/incidents/comments',
  schema: commentSchema,
}

export const relatedKinds = ['SecurityAlert', 'Bookmark'] as const
const relationSchema = Type.Object({
  relatedResourceId: Type.String({ minLength: 1 }),
  kind: Type.Enum([...relatedKinds]),
  created: Type.String(),
  /** Of an alert: what the incident counts and shows without reading it again. */
  products: Type.Array(Type.String()),
  tactics: Type.Array(Type.String()),
  techniques: Type.Array(Type.String()),
})
export type IncidentRelationBody = Static<typeof relationSchema>
export const incidentRelationKind: ResourceKind<typeof relationSchema> = {
  kind: 'microsoft.securityinsights/incidents/relations',
  schema: relationSchema,
}
