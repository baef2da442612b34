/** Values that differ from run to run: a document shows what they look like. */
const VOLATILE = new Set([
  'claimToken',
  'fencingToken',
  'leaseExpiresAt',
  'createdAt',
  'updatedAt',
  'completedAt',
  'expiresAt',
]);

/** The members of `actual` that `shown` has too, in every depth; volatile ones of the same type as they are shown. */
export function shownIn(actual: unknown, shown: unknown): unknown {
  if (Array.isArray(shown) && Array.isArray(actual)) {
    return actual.map((element, index) => shownIn(element, shown[index]));
  }
  if (!isObject(shown) || !isObject(actual)) return actual;
  return Object.fromEntries(
    Object.entries(shown).map(([name, value]) => {
      const same = VOLATILE.has(name) && typeof actual[name] === typeof value;
      return [name, same ? value : shownIn(actual[name], value)];
    }),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
