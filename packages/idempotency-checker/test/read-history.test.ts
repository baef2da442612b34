import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { checkFiles, readHistory, readRecords, Recorder } from '../src/index.js';

const get = { op: 'get' } as const;
const notFound = { kind: 'refused', code: 'RECORD_NOT_FOUND' } as const;

test('a history checked in parts gives the report of the whole', async () => {
  const path = await historyOf(200);
  const [whole, inParts] = [await checkFiles([path]), await checkFiles([path], 1_000)];
  expect(inParts).toEqual({ ...whole, violations: expect.any(Array) as unknown[] });
  expect(inParts.violations.map(({ record }) => record).toSorted()).toEqual(
    whole.violations.map(({ record }) => record).toSorted(),
  );
  expect(whole).toMatchObject({ records: 200, calls: 200, unknownCalls: 100 });
  expect(whole.violations).toHaveLength(200);
});

test('every record of a history is named once', async () => {
  const path = await historyOf(3);
  const records = await readRecords([path, path]);
  expect(records).toEqual([0, 1, 2].map((number) => ({ namespace: 'n', key: `k${number}` })));
});

test('a last line that its writer was killed within is left out', async () => {
  const path = await fileOf(
    '{"line":"begin","id":"a-1","at":1,"namespace":"n","key":"k","operation":{"op":"get"}}\n{"li',
  );
  const [record] = await readHistory([path]);
  expect(record?.calls.map(({ id, result }) => ({ id, result }))).toEqual([{ id: 'a-1', result: undefined }]);
});

test('a line in the midst that is not JSON is refused, with its number', async () => {
  const path = await fileOf('{"li\n{"line":"end","id":"a-1","at":1,"result":"unknown"}\n');
  await expect(readHistory([path])).rejects.toThrow(`${path}:1 is not JSON`);
});

test('the end of a call that never began is refused', async () => {
  const path = await fileOf('{"line":"end","id":"a-1","at":1,"result":"unknown"}\n');
  await expect(checkFiles([path])).rejects.toThrow('the end of call a-1 and not its beginning');
});

/** Records with a call each, every other unanswered, and an execution said twice. */
async function historyOf(records: number): Promise<string> {
  const path = await fileOf('');
  const recorder = new Recorder(path, 'a');
  for (let number = 0; number < records; number += 1) {
    const name = { namespace: 'n', key: `k${number}` };
    const call = recorder.begin(name, get);
    if (number % 2 === 0) call.ended(notFound);
    for (let times = 0; times < 2; times += 1)
      recorder.execution({ ...name, claimToken: 't', fencingToken: 1 });
  }
  recorder.close();
  return path;
}

async function fileOf(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'idem-check-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'history.jsonl');
  await writeFile(path, text);
  return path;
}
