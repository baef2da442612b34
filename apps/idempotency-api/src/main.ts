import { run } from './run.js';
import { untilStopped } from './until-stopped.js';

await untilStopped(() => run(process.env));
