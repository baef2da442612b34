import { Recorder, runWorkload } from '@infra-services/idempotency-checker';
import { currentSubject } from './current-subject.js';
import type { CallersOptions, CallersProgress } from './protocol.js';
import { runSdkCallers } from './sdk-callers.js';

// A process of callers: goes on until its parent says stop, or is gone.
const options = JSON.parse(process.argv[2] ?? '{}') as CallersOptions;
const recorder = new Recorder(options.historyFile, options.name);
let isDone = false;
const stop = (): void => {
  isDone = true;
};
process.on('message', stop);
process.on('disconnect', stop);

let told = 0;
const telling = setInterval(() => {
  const progress: CallersProgress = { calls: recorder.calls - told };
  told = recorder.calls;
  if (process.connected) process.send?.(progress);
}, 100);

let turn = 0;
const { urls, beganMicros } = options;
await (options.client === 'sdk'
  ? runSdkCallers(recorder, options, () => isDone)
  : runWorkload(recorder, {
      ...options,
      baseUrl: () => urls[(turn += 1) % urls.length] ?? '',
      current: (random) => currentSubject(beganMicros, random),
      isDone: () => isDone,
      timeoutMs: 3_000,
    }));
clearInterval(telling);
recorder.close();
if (process.connected) process.disconnect();
