// Bugs planted in what the owner's limits and alerts are made of: journal, and what shards tell.

import type { EncodedPortfolio } from '../../actors/portfolio/index.js';
import type { Plant } from './plant.js';
import { SimJournal } from './sim-journal.js';

/** One publication in so many is lost where some are. */
const LOST = 12;

/** The bugs, by name. */
export const RISK_PLANTS: Readonly<Record<string, Plant>> = {
  'alerts-unknown': {
    what: 'a process that begins does not know what the one before has raised',
    wrapJournal: (journal) => new ForgetfulJournal(journal, 'risk/alerts'),
  },
  'decisions-forgotten': {
    what: 'a process that begins has forgotten what was decided about limits',
    wrapJournal: (journal) => new ForgetfulJournal(journal, 'risk/controls'),
  },
  'alert-unkept': {
    what: 'an alert that the disk refused counts as kept',
    wrapJournal: (journal) => new DeafJournal(journal),
  },
  'alert-untold': {
    what: 'one alert in twelve never reaches the owner',
    wrapPublished(publish) {
      let count = 0;
      return (topic, event) => {
        if (topic !== 'limits' && topic !== 'alerts') publish(topic, event);
        else if (++count % LOST !== 0) publish(topic, event);
      };
    },
  },
  'asked-early': {
    what: 'a thread is asked before it has come to where its forerunner was',
    asksEarly: true,
  },
  'breach-unsaved': {
    what: 'a snapshot of a portfolio does not hold which of its limits are broken',
    wrapBehaviour: (behaviour) => ({
      ...behaviour,
      encode: (state) => ({ ...(behaviour.encode(state) as EncodedPortfolio), breached: [] }),
    }),
  },
};

/** Gives nothing of what is kept at an address. */
class ForgetfulJournal extends SimJournal {
  readonly #of: string;

  constructor(journal: SimJournal, of: string) {
    super(journal.options);
    this.#of = of;
  }

  override recordsOf(...[address, after]: Parameters<SimJournal['recordsOf']>) {
    return address === this.#of ? [] : super.recordsOf(address, after);
  }

  override sequenceOf(address: string): number {
    return super.recordsOf(address).length;
  }
}

/** Never hears that the disk refused something. */
class DeafJournal extends SimJournal {
  constructor(journal: SimJournal) {
    super(journal.options);
  }

  override append(records: Parameters<SimJournal['append']>[0]): Promise<void> {
    return super.append(records).catch(() => {});
  }
}
