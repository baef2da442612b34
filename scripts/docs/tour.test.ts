import { describe, expect, it } from 'vitest';
import { readTour, shellBlocks } from './tour.js';

const answer = 'HTTP/1.1 409 Conflict\nRetry-After: 1\n\n{"code": "X"}';
const step = (name: string) =>
  `### ${name}\n\nSome\nprose.\n\n\`\`\`sh\ncurl -i x\n\`\`\`\n\n\`\`\`http\n${answer}\n\`\`\`\n`;
const page = (steps: string) => `# T\n\n## A tour\n\n\`\`\`sh\na=1\n\`\`\`\n\n${steps}\n## Next\n`;

describe('readTour', () => {
  it('reads variables, calls and the answers below them', () => {
    expect(readTour(page(step('1. First') + step('2. Then')))).toEqual({
      setup: 'a=1\n',
      steps: ['First', 'Then'].map((name) => ({
        name,
        text: 'Some prose.',
        command: 'curl -i x\n',
        status: 409,
        headers: { 'Retry-After': '1' },
        body: { code: 'X' },
      })),
    });
  });

  it.each([
    ['a call without an answer', page('### 1. First\n\n```sh\ncurl -i x\n```\n'), 'no command or no answer'],
    [
      'two calls under one heading',
      page(`${step('1. First')}\n\`\`\`sh\ncurl -i y\n\`\`\`\n`),
      'two commands',
    ],
    ['no tour', '# T\n', 'has no tour'],
  ])('refuses %s, which nobody would try', (_, readme, reason) => {
    expect(() => readTour(readme)).toThrow(reason);
  });
});

describe('shellBlocks', () => {
  it('finds every sh block and no other', () => {
    expect(shellBlocks('```sh\none\n```\n```ts\ntwo\n```\n```sh\nthree\n```\n')).toEqual([
      'one\n',
      'three\n',
    ]);
  });
});
