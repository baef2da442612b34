import type { Tour, TourStep } from './tour.ts';

/** A variable of the tour: its name, and what its value is in the shell. */
interface Variable {
  readonly name: string;
  readonly shell: string;
}

/** How Postman makes the values that the tour's shell makes with a command. */
const generators: Readonly<Record<string, string>> = {
  'order-$(date +%s)': "'order-' + Date.now()",
  "$(node -p 'crypto.randomUUID()')": "pm.variables.replaceIn('{{$guid}}')",
};

/** The collection's variables; the generated ones are empty until the tour's first request. */
export function tourVariables(tour: Tour): object[] {
  return variables(tour).map(({ name, shell }) => ({ key: name, value: shell in generators ? '' : shell }));
}

/** The tour as a folder: its requests in order, each with a script that holds the answer to what the README says. */
export function tourFolder(tour: Tour): object {
  return {
    name: 'Tour',
    description: 'README.md’s two-minute tour.',
    item: tour.steps.map((step, index) => ({
      name: `${index + 1}. ${step.name}`,
      event: [
        ...(index === 0 ? [script('prerequest', newValues(tour))] : []),
        script('test', assertions(step)),
      ],
      request: { ...requestOf(step), description: step.text },
      response: [],
    })),
  };
}

/** `$json` is the Content-Type header, which Postman sets by itself. */
function variables(tour: Tour): Variable[] {
  return tour.setup
    .trim()
    .split('\n')
    .map((line) => {
      const [, name, shell] = /^(\w+)=(.*)$/u.exec(line) ?? [];
      if (name === undefined || shell === undefined) throw new Error(`no assignment in the tour: ${line}`);
      return { name, shell };
    })
    .filter(({ name }) => name !== 'json');
}

function newValues(tour: Tour): string[] {
  return variables(tour).flatMap(({ name, shell }) => {
    const generator = generators[shell];
    return generator === undefined ? [] : [`pm.collectionVariables.set('${name}', ${generator});`];
  });
}

const COMMAND = /^curl -i( -X DELETE)? "\$baseUrl([^"]+)"(?: -H "\$json" -d @- <<END\n(.*)\nEND)?\n$/su;

/** The request of a curl command in the one form that the tour uses. */
function requestOf({ command }: TourStep): { description?: string } {
  const [match, deletes, path, body] = COMMAND.exec(command) ?? [];
  if (match === undefined || path === undefined)
    throw new Error(`not the tour's form of a command: ${command}`);
  const [pathname = '', query] = path.split('?');
  return {
    method: deletes ? 'DELETE' : body === undefined ? 'GET' : 'POST',
    header: body === undefined ? [] : [{ key: 'Content-Type', value: 'application/json' }],
    url: {
      raw: postmanText(`$baseUrl${path}`),
      host: ['{{baseUrl}}'],
      path: pathname.slice(1).split('/').map(postmanText),
      ...(query === undefined ? {} : { query: query.split('&').map(toPair) }),
    },
    ...(body === undefined ? {} : { body: jsonBody(postmanText(body)) }),
  } as object;
}

function toPair(parameter: string): object {
  const [key = '', value = ''] = parameter.split('=');
  return { key, value: postmanText(value) };
}

function jsonBody(raw: string): object {
  return { mode: 'raw', raw, options: { raw: { language: 'json' } } };
}

/** Shell variables as Postman writes them. */
function postmanText(text: string): string {
  return text.replaceAll(/\$(\w+)/gu, '{{$1}}');
}

function assertions({ status, headers, body }: TourStep): string[] {
  const told = Object.entries(body as Record<string, unknown>).filter(([name]) =>
    ['decision', 'code', 'state', 'outcome'].includes(name),
  );
  return [
    `pm.test('answers ${status}', () => pm.response.to.have.status(${status}));`,
    ...Object.entries(headers).map(
      ([name, value]) =>
        `pm.test('says ${name}: ${value}', () => pm.response.to.have.header('${name}', '${value}'));`,
    ),
    ...told.map(
      ([name, value]) =>
        `pm.test('tells the ${name}', () => pm.expect(pm.response.json().${name}).to.eql(${JSON.stringify(value)}));`,
    ),
  ];
}

function script(listen: 'prerequest' | 'test', exec: readonly string[]): object {
  return { listen, script: { type: 'text/javascript', exec } };
}
