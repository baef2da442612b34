import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/**
 * Collects the garbage of this process, also what other files have left in it. Twice, as what a collection found is swept
 * by a thread of its own, and the next one waits for that.
 */
export function collectGarbage(): void {
  collect();
  collect();
}
