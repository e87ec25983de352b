// Functions of Microsoft's tables that we do not have, each with its reason. The coverage test demands an entry for each.

/** Reasons, by function name; the user sees them as a hint. */
export const unsupportedFunctions: Readonly<Record<string, string>> = {}
