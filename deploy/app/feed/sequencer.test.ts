// When every shard is to keep what it has come to: by the clock, by sessions, and by its log.

import { performance } from 'node:perf_hooks';
import t, { type Test } from 'tap';
import { createRing, Placement, RingProducer } from '../../../engine/index.js';
import { PlacedActors } from '../shards/placed-actors.js';
import { PrintWriter } from '../shards/print-writer.js';
import { ShardLine } from '../shards/shard-line.js';
import { type FrameDoor, Sequencer } from './sequencer.js';

/** Sessions of the exchange, in order. */
const SESSIONS = [20_210_104, 20_210_105, 20_210_106, 20_210_107, 20_210_108];

/** A sequencer whose frames go nowhere, beside a clock that only the test moves. */
class Stage {
  nowMs = 1_000;
  snapshots = 0;
  /** Whether the log of some shard is long. */
  isLong = false;
  /** How long the last snapshot took. */
  snapshotUs = 0;
  readonly sequencer: Sequencer;

  constructor(t: Test) {
    t.capture(performance, 'now', () => this.nowMs);
    const placed = new PlacedActors(new Placement(1), ['KO']);
    const door: FrameDoor = {
      prints: new PrintWriter(placed, [new ShardLine()], [new RingProducer(createRing(16))]),
      frames: {
        broadcast: async () => {},
        requestSnapshots: async () => {
          this.snapshots++;
        },
        snapshotUs: () => this.snapshotUs,
        wantsSnapshot: () => this.isLong,
        pauseForRoom: async () => {},
      },
    };
    this.sequencer = new Sequencer(door, 1, 0);
  }

  /** Opens a session and closes it so much later. */
  async session(
    index: number,
    tookMs: number,
    before: 'night' | 'session' = 'session',
  ): Promise<void> {
    await this.sequencer.open(SESSIONS[index % SESSIONS.length]!);
    this.nowMs += tookMs;
    await this.sequencer.close(before);
  }
}

t.test('a close that comes two seconds after the last snapshot brings another', async (t) => {
  const stage = new Stage(t);
  await stage.session(0, 2_000);
  t.equal(stage.snapshots, 0, 'no more than two seconds');
  await stage.session(1, 1);
  t.equal(stage.snapshots, 1);
  await stage.session(2, 2_000);
  t.equal(stage.snapshots, 1, 'counted from the last one');
  await stage.session(3, 1);
  t.equal(stage.snapshots, 2);
});

t.test('sessions that take no time bring one every sixty', async (t) => {
  const stage = new Stage(t);
  for (let session = 0; session < 59; session++) await stage.session(session, 0);
  t.equal(stage.snapshots, 0);
  await stage.session(59, 0);
  t.equal(stage.snapshots, 1);
  for (let session = 60; session < 119; session++) await stage.session(session, 0);
  t.equal(stage.snapshots, 1, 'counted from the last one');
  await stage.session(119, 0);
  t.equal(stage.snapshots, 2);
});

t.test('a night brings one where snapshots take a twentieth of the time at most', async (t) => {
  const stage = new Stage(t);
  stage.snapshotUs = 50_000;
  await stage.session(0, 999, 'night');
  t.equal(stage.snapshots, 0);
  await stage.session(1, 1, 'night');
  t.equal(stage.snapshots, 1);
  stage.snapshotUs = 100;
  await stage.session(2, 1, 'night');
  t.equal(stage.snapshots, 1, 'counted from the last one');
  await stage.session(3, 1, 'session');
  t.equal(stage.snapshots, 1, 'prints would wait');
  await stage.session(4, 1, 'night');
  t.equal(stage.snapshots, 2);
});

t.test('a long log brings one at the next close, however soon', async (t) => {
  const stage = new Stage(t);
  await stage.session(0, 0);
  stage.isLong = true;
  await stage.session(1, 0);
  t.equal(stage.snapshots, 1);
});

t.test('within a session a long log brings one, no more often than by the clock', async (t) => {
  const stage = new Stage(t);
  await stage.sequencer.open(SESSIONS[0]!);
  stage.nowMs += 2_001;
  await stage.sequencer.shortenLogs();
  t.equal(stage.snapshots, 0, 'a short log can wait for the close');
  stage.isLong = true;
  await stage.sequencer.shortenLogs();
  t.equal(stage.snapshots, 1);
  stage.nowMs += 2_000;
  await stage.sequencer.shortenLogs();
  t.equal(stage.snapshots, 1);
  stage.nowMs += 1;
  await stage.sequencer.shortenLogs();
  t.equal(stage.snapshots, 2);
});

t.test('one that is asked for is the last one too', async (t) => {
  const stage = new Stage(t);
  stage.nowMs += 1_500;
  await stage.sequencer.snapshot();
  t.equal(stage.snapshots, 1);
  await stage.session(0, 1_500);
  t.equal(stage.snapshots, 1);
});
