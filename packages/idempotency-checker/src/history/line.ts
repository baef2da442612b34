import type { Execution, Operation, Result } from './call.js';

/**
 * A line of a history. `begin` is written before the request leaves, so that a call of a killed caller is there, with
 * no `end` and therefore an unknown result. `nothing`: the service said that it did nothing and told nothing of the record.
 */
export type Line =
  | {
      readonly line: 'begin';
      readonly id: string;
      readonly at: number;
      readonly namespace: string;
      readonly key: string;
      readonly operation: Operation;
    }
  | {
      readonly line: 'end';
      readonly id: string;
      readonly at: number;
      readonly result: Result | 'unknown' | 'nothing';
    }
  | ({ readonly line: 'execution' } & Execution);
