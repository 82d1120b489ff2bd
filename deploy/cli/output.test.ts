// What leaves a command: all of what it wrote, and then the process, whatever waits.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import t from 'tap';

const output = new URL('output.js', import.meta.url).href;

/** Runs a program that imports `leave`; its output, however it ended. */
async function left(program: string): Promise<{ stdout: string; code?: number }> {
  const source = `import { leave } from '${output}'; ${program}`;
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', source], {
    maxBuffer: 8 * 1024 * 1024,
  });
  // Of another exit code than 0 it is an error, with the output beside it.
  return run.catch((error: unknown) => error as { stdout: string; code: number });
}

t.test('who leaves waits for what he wrote, and for nothing else', async (t) => {
  const wait = 'setTimeout(() => {}, 1e9);';
  const all = await left(`${wait} process.stdout.write('x'.repeat(4e6) + 'end'); leave();`);
  t.equal(all.stdout.length, 4e6 + 3);
  t.ok(all.stdout.endsWith('end'));
  const failed = await left(`${wait} leave(); await null; process.exitCode = 3;`);
  t.match(failed, { code: 3 }, 'what is noted a moment later counts');
});
