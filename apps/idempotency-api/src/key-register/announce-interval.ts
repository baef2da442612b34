/** How often a replica says which key it seals under. Milliseconds. */
export const ANNOUNCE_INTERVAL_MS = 30_000;
