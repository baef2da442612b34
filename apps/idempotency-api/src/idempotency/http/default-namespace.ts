/** Where a call is that names no namespace. */
export const DEFAULT_NAMESPACE = 'default';
