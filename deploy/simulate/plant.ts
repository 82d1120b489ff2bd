// What a planted bug may put around the parts of the simulated host, and where it is put.

import type {
  ActorSystem,
  AnyBehaviour,
  Chance,
  Simulation,
  SystemPorts,
} from '../../engine/index.js';
import type { HostOptions, RoutePost } from './host.js';
import type { SimJournal } from './sim-journal.js';
import type { SimTaking } from './sim-moves.js';

type Append = Simulation['disk']['append'];

/** Tells the owner what a shard published. */
type Publish = HostOptions['onPublished'];

/** One bug: what it puts around the parts of a shard, and of the disk. */
export interface Plant {
  /** What is broken. */
  readonly what: string;
  wrapPorts?(ports: SystemPorts): SystemPorts;
  wrapBehaviour?(behaviour: AnyBehaviour, ambient: Chance): AnyBehaviour;
  wrapAppend?(append: Append): Append;
  wrapSystem?(system: ActorSystem): void;
  wrapRoute?(post: RoutePost): RoutePost;
  /** What is taken in a move, and by whom. */
  wrapTakings?(takings: readonly SimTaking[], from: number): readonly SimTaking[];
  /** What the owner's limits and alerts read and write. */
  wrapJournal?(journal: SimJournal): SimJournal;
  /** What shards publish, on its way to the owner. */
  wrapPublished?(publish: Publish): Publish;
  /** A new thread is asked before it has come to where its forerunner was. */
  readonly asksEarly?: boolean;
  /** A new thread starts what operators have stopped or hold. */
  readonly forgetsDown?: boolean;
}

/** Where bugs are planted in the host; without one it is the host that there is. */
export function hostSeams(
  plant: Plant | undefined,
  disk: Simulation['disk'],
): Pick<HostOptions, 'append' | 'wrapRoute' | 'takings'> {
  const append: Append = (records, done) => disk.append(records, done);
  return {
    append: plant?.wrapAppend?.(append) ?? append,
    wrapRoute: (post) => plant?.wrapRoute?.(post) ?? post,
    takings: (takings, from) => plant?.wrapTakings?.(takings, from) ?? takings,
  };
}
