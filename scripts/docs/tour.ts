/** A call of the README's tour, and the answer that stands below it. */
export interface TourStep {
  /** The heading above it, without its number. */
  readonly name: string;
  /** The prose between heading and command. */
  readonly text: string;
  /** The shell command as a reader copies it. */
  readonly command: string;
  readonly status: number;
  /** The header fields that the README shows. */
  readonly headers: Readonly<Record<string, string>>;
  /** The members of the body that the README shows; an answer may have more. */
  readonly body: unknown;
}

/** The README's tour: shell variables, and calls in order. */
export interface Tour {
  /** The block that sets the variables which the commands use. */
  readonly setup: string;
  readonly steps: readonly TourStep[];
}

/** Reads the tour. Throws if it is not written as a heading, prose, a `sh` block and an `http` block, again and again. */
export function readTour(readme: string): Tour {
  const [, section = ''] = /^## [^\n]*tour[^\n]*\n(.*?)(?=^## )/msu.exec(readme) ?? [];
  const [intro = '', ...parts] = section.split(/^### /mu);
  const [setup] = shellBlocks(intro);
  if (setup === undefined || parts.length === 0) throw new Error('README.md has no tour');
  return { setup, steps: parts.map(readStep) };
}

/** Every `sh` block of a Markdown text. */
export function shellBlocks(markdown: string): string[] {
  return [...markdown.matchAll(/^```sh\n(.*?)^```$/gmsu)].map(([, block = '']) => block);
}

const STEP = /^(?:\d+\. )?([^\n]+)\n(.*?)```sh\n(.*?)```\s+```http\n(.*?)```/su;

function readStep(part: string): TourStep {
  const [, name, text, command, answer] = STEP.exec(part) ?? [];
  if (name === undefined || text === undefined || command === undefined || answer === undefined) {
    throw new Error(`a step of the README's tour has no command or no answer: ${part.slice(0, 60)}`);
  }
  if (shellBlocks(part).length > 1) throw new Error(`a step of the README's tour has two commands: ${name}`);
  return { name, text: text.trim().replaceAll(/\s+/gu, ' '), command, ...readAnswer(answer) };
}

/** An HTTP answer as `curl -i` prints it: status line, header fields, an empty line, the body. */
export function readAnswer(answer: string): Pick<TourStep, 'status' | 'headers' | 'body'> {
  const [head = '', ...rest] = answer.trim().split(/\r?\n\r?\n/u);
  const [statusLine = '', ...fields] = head.split(/\r?\n/u);
  const status = Number(/^HTTP\/1\.1 (\d{3})/u.exec(statusLine)?.[1]);
  if (Number.isNaN(status)) throw new Error(`not an HTTP answer: ${answer.slice(0, 60)}`);
  const headers = fields.map((field) => {
    const colon = field.indexOf(':');
    return [field.slice(0, colon), field.slice(colon + 1).trim()] as const;
  });
  const body: unknown = JSON.parse(rest.join('\n'));
  return { status, headers: Object.fromEntries(headers), body };
}
