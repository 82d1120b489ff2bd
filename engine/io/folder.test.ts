// Folders: made with those above them, kept where they are, refused where there can be none.

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { makeFolder } from './folder.js';

t.test('a folder is made with those above it, and may be there already', (t) => {
  const home = mkdtempSync(join(tmpdir(), 'sluice-folder-'));
  t.teardown(() => rmSync(home, { recursive: true, force: true }));
  const folder = join(home, 'one', 'two', 'three');
  makeFolder(folder);
  makeFolder(folder);
  t.ok(existsSync(folder));
  writeFileSync(join(home, 'file'), '');
  t.throws(() => makeFolder(join(home, 'file')), { code: 'EEXIST' });
  t.throws(() => makeFolder(join(home, 'file', 'below')), { code: 'ENOTDIR' });
  t.end();
});

t.test('a file system that takes no folders says so at once', (t) => {
  // What `mkdirSync` with `recursive` never comes back from.
  const isThere = existsSync('/proc/self');
  if (!isThere) t.pass('no such file system here');
  else t.throws(() => makeFolder('/proc/sluice/below/it'), { code: 'ENOENT' });
  t.end();
});
