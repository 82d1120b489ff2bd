// Alerts of real processes that are killed: each transition is journaled once, none is missing.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { Journal } from '../../engine/index.js';
import { sluiceCommand, startProcess } from './sluice-process.js';

/** Alerts that come and go within days; the log tells of critical ones. */
const RULES = `rules:
  - id: down
    for: symbols
    severity: critical
    when: { feature: ret_1, op: '<', value: -0.005 }
    release: { feature: ret_1, op: '>', value: 0 }
`;

async function alertsOf(dataDir: string): Promise<string[]> {
  const journal = Journal.open(join(dataDir, 'store'), { readOnly: true });
  // Only alerts are written at the address.
  const events = journal.events('risk/alerts') as readonly unknown[] as readonly { id: string }[];
  const ids = events.map(({ id }) => id);
  await journal.close();
  return ids;
}

t.test('a process killed after an alert, twice, tells each transition once', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-alerts-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const rules = join(folder, 'alerts.yaml');
  writeFileSync(rules, RULES);
  const market = `--symbols KO,PEP --warmup 30 --to 2021-01-15 --shards 1 --alerts ${rules}`;
  const start = (name: string, more: string) => {
    const flags = `${market} ${more}`.split(' ');
    const sluice = startProcess(sluiceCommand(join(folder, name), flags));
    t.teardown(() => sluice.kill('SIGKILL'));
    return sluice;
  };
  const whole = start('whole', '--pace max --once');
  t.same(await whole.ended, { code: 0, signal: null }, whole.said());
  const expected = await alertsOf(join(folder, 'whole'));
  t.ok(expected.length >= 4);

  for (const resumed of ['', ' --resume']) {
    const killed = start('killed', `--pace 8${resumed}`);
    t.ok(await killed.says(/critical down of symbol/), killed.said());
    killed.kill('SIGKILL');
    await killed.ended;
  }
  const last = start('killed', '--pace max --once --resume');
  t.same(await last.ended, { code: 0, signal: null }, last.said());
  t.same((await alertsOf(join(folder, 'killed'))).sort(), expected.toSorted());
});
