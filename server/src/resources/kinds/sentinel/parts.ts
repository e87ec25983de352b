// What Sentinel's kinds of resources have in common. https://learn.microsoft.com/rest/api/securityinsights
import { type TSchema, Type } from 'typebox'

export const open = { additionalProperties: true }
export const orNull = <S extends TSchema>(schema: S) => Type.Optional(Type.Union([schema, Type.Null()]))
export const text = orNull(Type.String())

export const severities = ['Informational', 'Low', 'Medium', 'High'] as const
export type Severity = (typeof severities)[number]
export const severity = Type.Enum([...severities])

/** Who did something, as incidents, comments and bookmarks show it. */
export const person = Type.Object({ name: Type.String(), objectId: text, email: text, userPrincipalName: text }, open)
