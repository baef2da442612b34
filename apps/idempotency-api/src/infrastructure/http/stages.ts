import type { FastifyInstance } from 'fastify';
import { atEndOfTurn } from '../event-loop/end-of-turn.js';
import { outside } from '../event-loop/outside.js';

/**
 * Calls that come in one turn of the event loop go through the service in stages: all are read, then all are decided on, and what
 * is answered together is written together (docs/adr/0021-calls-go-in-stages.md).
 *
 * Each by itself, a call takes Node.js through more code than the processor's caches hold, and the next one begins again; and
 * each answer that is written by itself wakes its caller's process, which costs more than the answer.
 *
 * It comes behind all hooks that may refuse a call before its body is read.
 */
export function goInStages(server: FastifyInstance): void {
  server.addHook('onRequest', (_request, _reply, done) => {
    atEndOfTurn(done);
  });
  let answers: (() => void)[] = [];
  const write = (): void => {
    const due = answers;
    answers = [];
    for (const answer of due) answer();
  };
  // A tick comes when nothing is left that goes on from the statement or the turn which brought these answers.
  const writeSoon = (): void => {
    process.nextTick(write);
  };
  server.addHook('onSend', (_request, _reply, payload, done) => {
    if (answers.length === 0) outside(writeSoon);
    answers.push(() => {
      done(null, payload);
    });
  });
}
