import { existsSync, globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { anchors, relativeLinks } from './markdown-links.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const documents = globSync(['*.md', 'docs/**/*.md', '{apps,packages,examples}/*/README.md'], {
  cwd: root,
}).sort();

function read(path: string): string {
  return readFileSync(`${root}/${path}`, 'utf8');
}

function resolves(target: string, anchor: string): boolean {
  if (!existsSync(`${root}/${target}`)) return false;
  return anchor === '' || anchors(read(target)).has(anchor);
}

describe('the documents', () => {
  it.each(documents)('%s links to what exists', (path) => {
    const broken = relativeLinks(path, read(path)).filter(({ target, anchor }) => !resolves(target, anchor));
    expect(broken).toEqual([]);
  });

  it('are all reached from the README', () => {
    const reached = new Set<string>();
    const toVisit = ['README.md'];
    for (let path = toVisit.pop(); path !== undefined; path = toVisit.pop()) {
      if (reached.has(path) || !path.endsWith('.md') || !existsSync(`${root}/${path}`)) continue;
      reached.add(path);
      toVisit.push(...relativeLinks(path, read(path)).map((link) => link.target));
    }
    expect(documents.filter((path) => !reached.has(path))).toEqual([]);
    expect(reached.size).toBeGreaterThan(30);
  });
});

describe('relativeLinks', () => {
  it('follows paths from where the document lies', () => {
    expect(relativeLinks('docs/a.md', 'See [b](b.md), [up](../README.md#start) and [here](#top).')).toEqual([
      { target: 'docs/b.md', anchor: '' },
      { target: 'README.md', anchor: 'start' },
      { target: 'docs/a.md', anchor: 'top' },
    ]);
  });

  it('leaves code and the web alone', () => {
    expect(relativeLinks('a.md', '[web](https://example.com) `a[0](x)`\n```ts\nf[0](y)\n```\n')).toEqual([]);
  });
});

describe('anchors', () => {
  it('names headings as GitHub does', () => {
    expect(anchors('# What is `it`, exactly?\n\ntext\n\n## Two  words')).toEqual(
      new Set(['what-is-it-exactly', 'two--words']),
    );
  });
});
