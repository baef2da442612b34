import { alone } from './alone.js';
import { batches } from './batches.js';
import type { Case } from './case.js';
import { claims } from './claims.js';
import { completions } from './completions.js';
import { cycles } from './cycles.js';
import { halfLoad } from './half-load.js';
import { hotKey } from './hot-key.js';
import { replays } from './replays.js';

/** In the order in which they run: those of the same sides next to each other. */
export const allCases: readonly Case[] = [
  claims,
  alone,
  completions,
  replays,
  batches,
  halfLoad,
  hotKey,
  cycles,
];
