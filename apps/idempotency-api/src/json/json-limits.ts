/**
 * How many containers may enclose each other; a scalar body has depth 0, `[]` has depth 1. Far above what requests
 * need, and low enough that everything behind the reader may recurse.
 */
export const MAX_JSON_DEPTH = 64;

/**
 * Longest pointer we hand out, in UTF-16 code units. Member names are the caller's, so without a limit a refusal could
 * be as large as the body it refuses.
 */
export const MAX_POINTER_LENGTH = 1_024;

/**
 * How many members one object may have, and a body before our own reader is asked. More than an outcome of the default
 * size has room for (132,500 of the shortest names), and soon read: nobody else is served meanwhile.
 */
export const MAX_OBJECT_MEMBERS = 150_000;
