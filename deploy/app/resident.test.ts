// Memory is told also by a process that can't open another file.

import { spawnSync } from 'node:child_process';
import t from 'tap';

/** Opens files until there is no descriptor left, then asks. */
const ASK = `
  import { openSync } from 'node:fs';
  const { residentMb } = await import(process.argv[1]);
  try { for (;;) openSync(process.execPath, 'r'); } catch (error) { console.log(error.code); }
  console.log(residentMb());
`;

t.test('memory is told with every descriptor taken', async (t) => {
  const module = new URL('./resident.js', import.meta.url).href;
  const flags = ['--input-type=module', '-e', ASK, module];
  const shell = ['-c', 'ulimit -n 64 && exec "$0" "$@"', process.execPath, ...flags];
  const { stdout, stderr } = spawnSync('sh', shell, { encoding: 'utf8' });
  const [code, text] = stdout.split('\n');
  t.equal(code, 'EMFILE', stderr);
  t.ok(Number(text) > 10 && Number(text) < 10_000, `${text} MB`);
});
