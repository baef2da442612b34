import { beforeAll, describe, expect, it } from 'vitest';
import { readAnswer, readTour, shellBlocks } from '../../../../scripts/docs/tour.js';
import { useWorld } from '../support/world.js';
import { readme } from './readme.js';
import { shellTranscript } from './shell-transcript.js';
import { shownIn } from './shown-in.js';

/** CI runs these by itself, in a fresh clone. */
const COMMAND_OF_CI = /^npx --yes pnpm (?:start|test|verify)$/u;

describe('README.md', () => {
  const world = useWorld();
  const tour = readTour(readme);
  let answers: ReturnType<typeof readAnswer>[] = [];

  beforeAll(async () => {
    const setup = tour.setup.replace('http://127.0.0.1:3000', world.api.url);
    const printed = await shellTranscript([setup, ...tour.steps.map((step) => step.command)]);
    answers = printed.slice(1).map(readAnswer);
  });

  it('shows no command that nobody tries', () => {
    expect(tour.setup).toContain('baseUrl=http://127.0.0.1:3000\n');
    const inTour = [tour.setup, ...tour.steps.map((step) => step.command)];
    const others = shellBlocks(readme).filter((block) => !inTour.includes(block));
    const untried = others
      .flatMap((block) => block.trim().split('\n'))
      .filter((line) => !COMMAND_OF_CI.test(line));
    expect(untried).toEqual([]);
    expect(inTour.length).toBeGreaterThan(10);
  });

  it('answers every command of the tour as it says', () => {
    for (const [index, { name, status, headers, body }] of tour.steps.entries()) {
      const answer = answers[index]!;
      const told = {
        status: answer.status,
        headers: shownIn(lowerCased(answer.headers), lowerCased(headers)),
        body: shownIn(answer.body, body),
      };
      expect(told, name).toEqual({ status, headers: lowerCased(headers), body });
    }
  });

  it('gets the very same claim when it asks again with the same token', () => {
    const asked = tour.steps.flatMap((step, index) =>
      step.command.includes('"claimToken": "$nextToken"') ? [{ step, answer: answers[index]! }] : [],
    );
    const [lost, again] = asked;
    expect(again!.step.command).toBe(lost!.step.command);
    expect(grantOf(again!.answer.body)).toEqual(grantOf(lost!.answer.body));
    expect(grantOf(again!.step.body)).toEqual(grantOf(lost!.step.body));
  });
});

function grantOf(body: unknown): unknown {
  const { claimToken, fencingToken, attempt } = body as Record<string, unknown>;
  return { claimToken, fencingToken, attempt };
}

/** Names of header fields have no case. */
function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
