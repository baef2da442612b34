import type { Call, Execution, Operation, Result } from './call.js';
import type { Line } from './line.js';

/** All calls and executions of one record, calls in the order of their beginnings. */
export interface RecordHistory {
  readonly name: string;
  readonly calls: readonly Call[];
  readonly executions: readonly Execution[];
}

interface Growing extends RecordHistory {
  readonly calls: Call[];
  readonly executions: Execution[];
}

/** Puts lines, of any number of recorders and in any order, together by record. Throws on an end without a beginning. */
export function historiesOf(lines: Iterable<Line>): RecordHistory[] {
  const begins = new Map<string, Extract<Line, { line: 'begin' }>>();
  const ends: Extract<Line, { line: 'end' }>[] = [];
  const records = new Map<string, Growing>();
  const recordOf = ({ namespace, key }: { namespace: string; key: string }): Growing => {
    const name = `${namespace}/${key}`;
    const record = records.get(name) ?? { name, calls: [], executions: [] };
    records.set(name, record);
    return record;
  };

  for (const line of lines) {
    if (line.line === 'begin') begins.set(line.id, line);
    else if (line.line === 'end') ends.push(line);
    else recordOf(line).executions.push(line);
  }
  for (const end of ends) {
    const begin = begins.get(end.id);
    if (begin === undefined)
      throw new Error(`the history has the end of call ${end.id} and not its beginning`);
    begins.delete(end.id);
    // What did nothing and says nothing of the record constrains nothing.
    if (end.result === 'nothing') continue;
    recordOf(begin).calls.push(toCall(begin, end));
  }
  for (const begin of begins.values()) recordOf(begin).calls.push(toCall(begin, undefined));
  for (const record of records.values()) record.calls.sort((one, other) => one.begin - other.begin);
  return [...records.values()];
}

function toCall(
  { id, namespace, key, at: begin, operation }: Extract<Line, { line: 'begin' }>,
  end: Extract<Line, { line: 'end' }> | undefined,
): Call {
  const result = typeof end?.result === 'string' ? undefined : end?.result;
  const head = { id, namespace, key, begin, operation: named(operation, id, result), result };
  return { ...head, end: result === undefined ? Infinity : (end?.at ?? Infinity) };
}

/** A claim that named no token is the one that was answered, or one that nobody else knows. */
function named(operation: Operation, id: string, result: Result | undefined): Operation {
  if (operation.op !== 'claim' || operation.claimToken !== '') return operation;
  return { ...operation, claimToken: result?.kind === 'granted' ? result.claimToken : `unnamed ${id}` };
}
