import { access } from './guards/access.mjs';
import { background } from './guards/background.mjs';
import { batches } from './guards/batches.mjs';
import { caches } from './guards/caches.mjs';
import { claims } from './guards/claims.mjs';
import { encryption } from './guards/encryption.mjs';
import { executions } from './guards/executions.mjs';
import { operators } from './guards/operators.mjs';
import { waiting } from './guards/waiting.mjs';

/**
 * @typedef {object} Mutant
 * @property {string} guard What is taken out.
 * @property {string} file In apps/idempotency-api/src.
 * @property {[from: string, to: string][]} edits Each `from` must occur in the file exactly once.
 * @property {string[]} tests In apps/idempotency-api/test: at least one of their tests has to fail.
 */

/**
 * The guards by what they guard: each can be taken out, and its tests have to notice.
 * @type {Readonly<Record<string, readonly Mutant[]>>}
 */
export const areas = {
  claims,
  executions,
  operators,
  batches,
  caches,
  waiting,
  access,
  encryption,
  background,
};

/** @type {readonly Mutant[]} */
export const mutants = Object.values(areas).flat();

/**
 * Those of an area, or those with the word in the name of their guard; all, if it is empty. Where there is none, the process ends
 * and says which there are: nothing taken out would look like nothing that survives.
 * @param {string} word
 * @returns {[Mutant, ...Mutant[]]}
 */
export function mutantsNamed(word) {
  const area = Object.hasOwn(areas, word) ? areas[word] : undefined;
  const [first, ...others] = area ?? mutants.filter(({ guard }) => guard.includes(word));
  if (first !== undefined) return [first, ...others];
  const known = Object.entries(areas).map(([area, those]) => `${area} (${guardsOf(those)})`);
  console.error(`mutants: no guard has "${word}" in its name; there are: ${known.join(', ')}`);
  process.exit(2);
}

/** @param {readonly Mutant[]} those */
function guardsOf(those) {
  return those.map(({ guard }) => guard).join('; ');
}

/**
 * The text without the guard. Throws where the guard is not in it: then nothing would have been taken out.
 * @param {string} source
 * @param {Mutant} mutant
 */
export function mutated(source, { guard, file, edits }) {
  return edits.reduce((text, [from, to]) => {
    if (text.split(from).length !== 2) throw new Error(`the guard is not where it was: ${guard} (${file})`);
    return text.replace(from, () => to);
  }, source);
}
