// What every release stored is replayed by today's code, to the books that the release had.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { PORTFOLIO_VERSION } from '../../actors/portfolio/index.js';
import { type Address, Journal, type Snapshot } from '../../engine/index.js';
import { inRepository } from '../app/paths.js';
import { hashOfBooks, readRelease } from './stored-release.js';
import { releaseVersion } from './version.js';

const FIXTURES = inRepository('deploy', 'release', 'fixtures');

/** A stored release with its journal open in a folder of its own. */
function open(t: Test, version: string) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-stored-'));
  const release = readRelease(join(FIXTURES, version), folder);
  const journal = Journal.open(folder, { readOnly: true });
  t.teardown(async () => {
    await journal.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { release, journal };
}

const versions = readdirSync(FIXTURES).sort();

t.test('every release of the changelog has a stored journal, and this is the newest', async (t) => {
  const changelog = readFileSync(inRepository('deploy', 'CHANGELOG.md'), 'utf8');
  const released = Array.from(
    changelog.matchAll(/^## (\d+\.\d+\.\d+)/gm),
    ([, version]) => version,
  );
  t.equal(released[0], releaseVersion(), 'the version of the package');
  t.same(versions, released.sort(), 'npm run store-release');
});

for (const version of versions) {
  t.test(`what ${version} stored is replayed to its books`, async (t) => {
    const { release, journal } = open(t, version);
    const { symbols, snapshots, events, hash, hashOfEvents } = release;
    t.equal(release.version, version);
    t.equal(journal.verify().firstBad, undefined);
    t.equal(journal.position, events);
    t.ok(events > 0 && snapshots.size > 0, 'there is something to replay');
    t.equal(hashOfBooks(journal, symbols, snapshots), hash, 'snapshots and the events since');
    t.equal(hashOfBooks(journal, symbols, new Map()), hashOfEvents, 'events alone');
    const forgotten = new Map<Address, Snapshot>();
    for (const [address, snapshot] of snapshots) {
      forgotten.set(address, { ...snapshot, sequence: snapshot.sequence + 1 });
    }
    t.not(hashOfBooks(journal, symbols, forgotten), hash, 'an event less is another hash');
  });
}

t.test('one of them is of an older version, and is upcast', async (t) => {
  const stored = versions.flatMap((version) => [...open(t, version).release.snapshots.values()]);
  t.ok(stored.some(({ version }) => version < PORTFOLIO_VERSION));
  t.ok(stored.every(({ version }) => version <= PORTFOLIO_VERSION));
});
