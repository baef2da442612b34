import { dirname, join, normalize } from 'node:path';

/** A relative link of a Markdown file. */
export interface Link {
  /** Path from the root. */
  readonly target: string;
  /** Without `#`; empty if the link names none. */
  readonly anchor: string;
}

/** The relative links of a Markdown text that lies at `path`. Code is left out: what looks like a link there is none. */
export function relativeLinks(path: string, markdown: string): Link[] {
  const prose = markdown
    .replaceAll(/^```.*?^```$/gmsu, '')
    .replaceAll(/`[^`\n]*`/gu, (code) => code.replaceAll(/[[\]()]/gu, ''));
  return [...prose.matchAll(/\]\(([^()\s]+)\)/gu)]
    .map(([, href = '']) => href)
    .filter((href) => !/^[a-z]+:/u.test(href))
    .map((href) => {
      const [file = '', anchor = ''] = href.split('#');
      return { target: file === '' ? path : normalize(join(dirname(path), file)), anchor };
    });
}

/** The anchors of a Markdown text: its headings as GitHub names them. */
export function anchors(markdown: string): Set<string> {
  const prose = markdown.replaceAll(/^```.*?^```$/gmsu, '');
  const headings = [...prose.matchAll(/^#{1,6} (.+)$/gmu)].map(([, heading = '']) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}
