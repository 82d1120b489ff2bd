// Events of actors are recorded and journaled: one that fails is in neither for good.

import { join } from 'node:path';
import t, { type Test } from 'tap';
import { Fault, Journal } from '../../../engine/index.js';
import { Recorder } from '../../recorder/recorder.js';
import { prepareReplay } from '../../recorder/replay.js';
import type { FromShard } from '../../roles/shard-messages.js';
import { temporaryFolder } from '../../services/test-system.js';
import { Commits } from './commits.js';

const ADDRESS = 'portfolio/test';

function asked(sequence: number, note: string): FromShard & { readonly kind: 'append' } {
  const event = { kind: 'noted', note };
  const record = { address: ADDRESS, sequence, event, cause: 'test', timeUs: 1, place: 1 } as const;
  return { kind: 'append', ticket: sequence, records: [record] };
}

/** A journal and a recording beside it, a way to append to both, and what a replay has. */
async function recorded(t: Test) {
  const folder = temporaryFolder(t, 'commits');
  const record = join(folder, 'records');
  const journal = Journal.open(join(folder, 'store'));
  const recorder = await Recorder.open(record);
  recorder.note({ flags: {}, feed: 'test' });
  const append = (sequence: number, note: string): Promise<Fault | undefined> =>
    new Promise((resolve) =>
      commits.append(asked(sequence, note), (_ticket, fault) => resolve(fault)),
    );
  const replayed = async (): Promise<unknown[]> => {
    await recorder.close();
    await journal.close();
    await prepareReplay(record, join(folder, 'again'));
    const again = Journal.open(join(folder, 'again', 'store'));
    const notes = notesIn(again);
    await again.close();
    return notes;
  };
  const commits = new Commits(journal, recorder, 0);
  return { journal, recorder, append, replayed };
}

function notesIn(journal: Journal): unknown[] {
  return journal.events(ADDRESS).map((event) => Reflect.get(event, 'note'));
}

t.test(
  'an event whose recording fails is decided anew, in the journal and the replay',
  async (t) => {
    const { journal, recorder, append, replayed } = await recorded(t);
    let isFull = false;
    const whole = recorder.event.bind(recorder);
    recorder.event = async (event) => {
      if (isFull) throw new Error('no space left on device');
      await whole(event);
    };
    t.equal(await append(1, 'first'), undefined);
    isFull = true;
    t.match(await append(2, 'lost'), { code: 'journal.failed' });
    isFull = false;
    t.equal(journal.sequenceOf(ADDRESS), 1, 'what was refused is not in the journal');

    // As a process leaves it that ends between the two.
    for (const sequence of [2, 3]) await whole({ ...asked(sequence, '').records[0]!, event: '{}' });
    t.same(await Promise.all([append(2, 'second'), append(3, 'third')]), [undefined, undefined]);
    t.same(notesIn(journal), ['first', 'second', 'third']);
    t.same(await replayed(), ['first', 'second', 'third']);
  },
);

t.test(
  'an event that the journal refuses is in no replay, if it is never decided anew',
  async (t) => {
    const { journal, append, replayed } = await recorded(t);
    const whole = journal.append.bind(journal);
    let isFull = false;
    journal.append = (records) =>
      isFull
        ? Promise.reject(new Fault('journal.disk_full', 'no space', { retryable: true }))
        : whole(records);
    t.equal(await append(1, 'first'), undefined);
    isFull = true;
    const refused = await Promise.all([append(2, 'second'), append(3, 'third')]);
    t.same(
      refused.map((fault) => fault?.code),
      ['journal.disk_full', 'journal.disk_full'],
    );
    t.same(await replayed(), ['first']);
  },
);
