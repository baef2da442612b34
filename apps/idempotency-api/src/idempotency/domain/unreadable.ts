/**
 * Stands for content that is stored and cannot be read: sealed under a key that is not there, damaged, or moved from
 * another record. It is known to exist, so nobody may execute because of it; what it says is not known.
 */
export const UNREADABLE = 'unreadable';

export type Unreadable = typeof UNREADABLE;
