// Links that keep what their contract promises, and break everything else.

import type { Agenda } from './agenda.js';
import type { Chance } from './chance.js';

/** What a link promises. Between threads of a process: order and arrival; to a client: nothing. */
export type LinkContract = 'kept' | 'open';

/** What the network does to open links at present; kept ones are at most delayed. */
export interface Weather {
  /** Longest further delay of a message. Units: microseconds. */
  delayUs: number;
  dropShare: number;
  duplicateShare: number;
  /** Share of messages that are held back so long that later ones overtake them. */
  reorderShare: number;
}

/** Delay of a message in calm weather. Units: microseconds. */
const DELAY_US = { kept: { least: 2, most: 12 }, open: { least: 20, most: 80 } };

/** How long an overtaken message is held back. Units: microseconds. */
const OVERTAKEN_US = 600;

/** All links of a simulated world. */
export class SimNetwork {
  readonly #agenda: Agenda;
  readonly #chance: Chance;
  /** When the latest message of a link that keeps order arrives. */
  readonly #latestUs = new Map<string, number>();
  readonly weather: Weather = { delayUs: 0, dropShare: 0, duplicateShare: 0, reorderShare: 0 };
  readonly counters = { sent: 0, dropped: 0, duplicated: 0, reordered: 0 };

  constructor(agenda: Agenda, chance: Chance) {
    this.#agenda = agenda;
    this.#chance = chance;
  }

  /** Sends over a link; `deliver` is called once, or as often as an open link wants. */
  send(link: string, contract: LinkContract, deliver: () => void): void {
    this.counters.sent++;
    if (contract === 'kept') this.#sendKept(link, deliver);
    else this.#sendOpen(link, deliver);
  }

  #sendKept(link: string, deliver: () => void): void {
    const { nowUs } = this.#agenda;
    const wishedUs = nowUs + this.#delayUs('kept');
    const arrivesUs = Math.max(wishedUs, this.#latestUs.get(link) ?? 0);
    this.#latestUs.set(link, arrivesUs);
    this.#agenda.after(arrivesUs - nowUs, link, deliver);
  }

  #sendOpen(link: string, deliver: () => void): void {
    const chance = this.#chance;
    const { dropShare, duplicateShare, reorderShare } = this.weather;
    const copies = chance.happens(duplicateShare) ? 2 : 1;
    if (copies > 1) this.counters.duplicated++;
    for (let copy = 0; copy < copies; copy++) {
      if (chance.happens(dropShare)) {
        this.counters.dropped++;
        continue;
      }
      const isOvertaken = chance.happens(reorderShare);
      if (isOvertaken) this.counters.reordered++;
      const heldUs = isOvertaken ? chance.below(OVERTAKEN_US) : 0;
      this.#agenda.after(this.#delayUs('open') + heldUs, link, deliver);
    }
  }

  #delayUs(contract: LinkContract): number {
    const { least, most } = DELAY_US[contract];
    const extraUs = contract === 'open' ? this.weather.delayUs : this.weather.delayUs / 10;
    return this.#chance.between(least, most) + this.#chance.below(extraUs + 1);
  }
}
