// `pnpm mutants:chaos token`: chaos against a build of the service with one guard taken out, the first with the word in its
// name. The checker has to report a violation: one that finds nothing wrong there would find nothing anywhere.

import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mutantsNamed, mutated } from './mutants.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SERVICE = join(ROOT, 'apps/idempotency-api');

/** What the checker ends with where a rule is broken. */
const VIOLATED = 1;

/** Many times what a round of every fault takes. Milliseconds. */
const TIMEOUT_MS = 10 * 60 * 1000;

/** A copy of the built service without the guard; its folder. @param {import('./mutants.mjs').Mutant} mutant */
function buildWithout(mutant) {
  const folder = mkdtempSync(join(tmpdir(), 'idempotency-mutant-'));
  chmodSync(folder, 0o755);
  for (const name of ['dist', 'prisma', 'package.json'])
    cpSync(join(SERVICE, name), join(folder, name), { recursive: true });
  symlinkSync(join(SERVICE, 'node_modules'), join(folder, 'node_modules'));
  const file = mutant.file.replace(/\.ts$/u, '.js');
  const path = join(folder, 'dist', file);
  writeFileSync(path, mutated(readFileSync(path, 'utf8'), { ...mutant, file }));
  return folder;
}

const [word = '', ...more] = process.argv.slice(2).filter((one) => one !== '--');
const isToBeKept = more.includes('--keep');
const [mutant] = mutantsNamed(word);
console.log(`without the guard: ${mutant.guard}`);
const folder = buildWithout(mutant);
const { status } = spawnSync(
  process.execPath,
  [join(ROOT, 'chaos/dist/main.js'), '--service', join(folder, 'dist/main.js'), ...more],
  // A round that finds something keeps its histories; these go with the mutant.
  { stdio: 'inherit', timeout: TIMEOUT_MS, env: { ...process.env, TMPDIR: folder } },
);
const isCaught = status === VIOLATED;
console.log(isCaught ? 'caught' : `NOT CAUGHT: chaos ended with ${status}`);
// What says why nothing was found stays. After the time limit, an undertaker may be at work in it yet.
if (!isCaught || isToBeKept) console.log(`the mutant and all histories: ${folder}`);
else rmSync(folder, { recursive: true, force: true });
process.exitCode = isCaught ? 0 : 1;
