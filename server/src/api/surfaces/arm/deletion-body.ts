// Bodies of requests that delete rows. https://learn.microsoft.com/rest/api/loganalytics/workspace-purge/purge
import Type from 'typebox'
import { Compile } from 'typebox/compile'
import { type DeletionFilter, deletionFilter } from '../../../resources/kinds/deletion.ts'
import { InvalidResource } from '../../../resources/resource.ts'

const body = Compile(
  Type.Object(
    { table: Type.Optional(Type.String()), filters: Type.Array(deletionFilter) },
    { additionalProperties: true },
  ),
)

/** Throws InvalidResource. */
export function deletionOf(given: unknown): { readonly table?: string; readonly filters: readonly DeletionFilter[] } {
  if (body.Check(given)) return given as { table?: string; filters: DeletionFilter[] }
  const fault = body.Errors(given)[0]
  throw new InvalidResource('deletion', fault?.instancePath ?? '', fault?.message ?? 'does not fit its schema')
}
