// Bugs planted in what the owner of shards does: levers, moves, and messages between shards.

import type { Reply } from '../../engine/index.js';
import { pack, unpack } from '../roles/packed.js';
import type { RoutePost } from './host.js';
import type { Plant } from './plant.js';

/** The bugs, by name. */
export const OWNER_PLANTS: Readonly<Record<string, Plant>> = {
  'stop-forgotten': {
    what: 'a thread that is replaced starts what operators had stopped or hold',
    forgetsDown: true,
  },
  'resumed-untold': {
    what: 'an actor that is let go is not told what it missed while it was held',
    wrapSystem(system) {
      const [resume, restart] = [system.resume.bind(system), system.restart.bind(system)];
      let isResumed = false;
      system.resume = (address) => {
        isResumed = resume(address);
        return isResumed;
      };
      // The lever that lets an actor go has it rebuilt right after.
      system.restart = (address) => {
        const isSkipped = isResumed;
        isResumed = false;
        return isSkipped || restart(address);
      };
    },
  },
  'moved-stays': {
    what: 'an actor that has moved goes on where it was, too',
    wrapTakings: (takings, from) => [
      ...takings,
      ...takings.map(({ actors }) => ({ to: from, rows: [], actors, unopened: [] })),
    ],
  },
  'drain-loses-one': {
    what: 'the last actor of a shard that is drained is taken by nobody',
    wrapTakings: (takings) =>
      takings.map((taking, index) => {
        const isDrain = takings.length > 1;
        if (!isDrain || index > 0) return taking;
        return { ...taking, actors: pack([...unpack(taking.actors)].slice(0, -1)) };
      }),
  },
  overtaken: {
    what: 'of three messages to another shard the last arrives first',
    wrapRoute: (post) => overtaking(post),
  },
  'answers-mixed': {
    what: 'an ask between shards is given the answer of the one before',
    wrapRoute: (post) => mixing(post),
  },
};

/** Messages between shards that are held back until the last of them has gone first. */
const HELD = 3;

function overtaking(post: RoutePost): RoutePost {
  const held: Parameters<RoutePost>[] = [];
  return (shard, message) => {
    if (message.kind !== 'deliver') {
      post(shard, message);
      return;
    }
    held.push([shard, message]);
    if (held.length < HELD) return;
    for (const one of held.splice(0).reverse()) post(...one);
  };
}

function mixing(post: RoutePost): RoutePost {
  let before: Reply | undefined;
  return (shard, message) => {
    if (message.kind !== 'routed_answer') {
      post(shard, message);
      return;
    }
    post(shard, { ...message, reply: before ?? message.reply });
    before = message.reply;
  };
}
