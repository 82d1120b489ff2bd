// A process goes on where the replay that it goes on with had come, not where an earlier one had.

import { join } from 'node:path';
import t from 'tap';
import { Journal } from '../../../engine/index.js';
import { packPrints, temporaryFolder } from '../../services/test-system.js';
import { encodeBatch, RecordedBatches } from './recorded-batches.js';
import { RunProgress } from './run-progress.js';

const FEED = 'feed';

t.test('prints of a replay before this one do not tell how far this one has come', async (t) => {
  const folder = temporaryFolder(t, 'progress');
  const journal = Journal.open(join(folder, 'store'));
  t.teardown(() => journal.close());
  const begin = (resume: boolean): RunProgress =>
    new RunProgress(
      { resume, isReplay: false, dataDir: folder },
      journal,
      FEED,
      new RecordedBatches(journal, FEED),
      () => t.fail('expected every note to be stored'),
    );
  let sequence = 0n;
  const take = async (step: number): Promise<void> => {
    const batch = { source: 's', sequence: ++sequence, symbols: ['KO'], prints: packPrints([]) };
    await journal.appendInput(encodeBatch(batch, { step, prints: 0 }, FEED, journal.position));
  };
  await begin(false).mark({ step: 0, prints: 0 });
  await take(70);
  t.ok(begin(true).isPast({ step: 70, prints: 0 }), 'the first replay came there');

  const second = begin(false);
  await second.mark({ step: 0, prints: 0 });
  await take(3);
  await second.mark({ step: 5, prints: 2 });
  const resumed = begin(true);
  t.ok(resumed.hurries({ step: 5, prints: 1 }));
  t.notOk(resumed.hurries({ step: 5, prints: 2 }), 'the second one did not');
  t.notOk(resumed.isPast({ step: 6, prints: 0 }));
});
