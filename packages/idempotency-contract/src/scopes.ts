/**
 * What a token may be used for. `execute`: claim, and all that the holder of a claim does. `operate`: look through
 * records, settle and delete them.
 */
export const scopes = ['execute', 'operate'] as const;

export type Scope = (typeof scopes)[number];
