// The promises of the engine's page: each names tests that exist.

import { readdirSync, readFileSync } from 'node:fs';
import t from 'tap';

/** Texts of all tests, by the name before `.test.ts`. */
function testTexts(): Map<string, string> {
  const texts = new Map<string, string>();
  for (const folder of ['engine', 'scripts', 'deploy']) {
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      const name = /(\w[\w-]*)\.test\.ts$/.exec(file)?.[1];
      if (name !== undefined) texts.set(name, readFileSync(`${folder}/${file}`, 'utf8'));
    }
  }
  return texts;
}

/** Every claim of a page: the test file and the words with which its test begins. */
function claimsOf(page: string): { readonly file: string; readonly words: string }[] {
  const claims: { readonly file: string; readonly words: string }[] = [];
  for (const line of page.split('\n')) {
    const cells = line.split(' | ');
    if (!line.startsWith('| ') || cells.length !== 2 || line.startsWith('| ---')) continue;
    let file = '';
    for (const part of cells[1]!.replace(/ \|$/, '').split('; ')) {
      const named = /^`([\w-]+)`: (.*)$/.exec(part);
      file = named?.[1] ?? file;
      claims.push({ file, words: named?.[2] ?? part });
    }
  }
  return claims.filter(({ words }) => words !== 'kept by the test');
}

t.test('each promise names a test that is there', async (t) => {
  const texts = testTexts();
  const claims = claimsOf(readFileSync('engine/README.md', 'utf8'));
  t.ok(claims.length > 40, `${claims.length} claims`);
  for (const { file, words } of claims) {
    const text = texts.get(file) ?? '';
    const isThere = [`'${words}`, `\`${words}`].some((start) => text.includes(start));
    t.ok(isThere, `${file}: ${words}`);
  }
});

t.test('a promise without its test is found', async (t) => {
  const page =
    '| promise | kept by the test |\n| --- | --- |\n| It flies. | `wings`: it flies; it lands |';
  t.same(claimsOf(page), [
    { file: 'wings', words: 'it flies' },
    { file: 'wings', words: 'it lands' },
  ]);
});
