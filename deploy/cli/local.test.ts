// The doctor looks where the run that is meant would listen.

import { type AddressInfo, createServer } from 'node:net';
import t from 'tap';
import { runCommand } from '../e2e/sluice-command.js';

t.test('a port that is taken is told, a free one too', async (t) => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  t.teardown(() => taken.close());
  // An address in words is that of a pipe only.
  const { port } = taken.address() as AddressInfo;
  const flags = ['--port', String(port), '--grpc-port', '0', '--data-dir', t.testdir(), '--json'];
  const { code, out } = await runCommand(['doctor', ...flags]);
  t.equal(code, 1);
  const findings = JSON.parse(out) as readonly { readonly what: string }[];
  const of = (what: string): unknown => findings.find((finding) => finding.what === what);
  t.match(of(`port ${port}`), { ok: false, text: /is in use/ });
  t.match(of('port 0'), { ok: true });
  t.equal(of('port 8080'), undefined);
});
