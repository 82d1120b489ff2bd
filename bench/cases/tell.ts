// Benchmarks of telling on one thread: ours, other actor systems, and the limit.

import type { Case, Sample } from '../lib/case.js';
import { BURST, BURST_DEEP } from '../lib/counting-system.js';
import { erlangOf } from './erlang.js';
import { casesOf, rate } from './figures.js';

/** The tell workload of a module, at a depth. */
const at =
  (burst: number) =>
  ({ tell }: { readonly tell: (burst: number) => Promise<Sample> }) => ({ run: () => tell(burst) });

/** A case of telling; all but ours are peers. */
function tell(
  name: string,
  title: string,
  isShort: boolean,
  load: Case['load'],
): Omit<Case, 'suite'> {
  const peer = name.endsWith('.sluice') ? {} : { isPeer: true };
  return { name, title, figures: [rate('messages/s')], isShort, ...peer, load };
}

/** The cases, ours first in each subject. */
export const TELL = casesOf('micro', [
  tell('tell.sluice', 'tell, one thread, 500 actors', true, () =>
    import('../micro/tell.js').then(at(BURST)),
  ),
  tell('tell.nact', 'the same on nact', true, () =>
    import('../peers/tell-nact.js').then(at(BURST)),
  ),
  tell('tell.comedy', 'the same on comedy, actors in memory', false, () =>
    import('../peers/tell-comedy.js').then(at(BURST)),
  ),
  tell(
    'tell.xstate',
    'the same on xstate, transition actors (no mailbox turn between them)',
    false,
    () => import('../peers/tell-xstate.js').then(at(BURST)),
  ),
  tell('tell.erlang', 'the same on Erlang/OTP, one scheduler', true, () =>
    import('../peers/erlang.js').then(erlangOf('tell', BURST)),
  ),
  tell(
    'tell.emitter',
    "the same calls through Node's EventEmitter (no mailbox, no isolation)",
    false,
    () => import('../peers/tell-emitter.js').then(at(BURST)),
  ),
  tell('tell.bare', 'the limit: array mailboxes and a loop', true, () =>
    import('../peers/tell-bare.js').then(at(BURST)),
  ),
  tell('tell-deep.sluice', 'tell, mailboxes 1,000 deep', false, () =>
    import('../micro/tell.js').then(at(BURST_DEEP)),
  ),
  tell('tell-deep.nact', 'the same on nact', false, () =>
    import('../peers/tell-nact.js').then(at(BURST_DEEP)),
  ),
  tell('tell-deep.erlang', 'the same on Erlang/OTP, one scheduler', false, () =>
    import('../peers/erlang.js').then(erlangOf('tell', BURST_DEEP)),
  ),
  tell('tell-deep.bare', 'the limit: array mailboxes and a loop', false, () =>
    import('../peers/tell-bare.js').then(at(BURST_DEEP)),
  ),
]);
