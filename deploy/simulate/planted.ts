// Bugs planted on purpose, around ports and behaviours: the simulator must find each of them.

import {
  type EncodedPortfolio,
  OWN_CURRENCY,
  type PortfolioState,
  readBooks,
  restingOf,
} from '../../actors/portfolio/index.js';
import type { AnyBehaviour, Chance, Message, Recovered, SystemPorts } from '../../engine/index.js';
import type { Plant } from './plant.js';
import { OWNER_PLANTS } from './planted-owner.js';
import { RISK_PLANTS } from './planted-risk.js';

/** The bugs, by name. */
export const PLANTS: Readonly<Record<string, Plant>> = {
  'early-ack': {
    what: 'effects leave before their events are on disk',
    wrapPorts: (ports) => ({
      ...ports,
      append: (records, done) => {
        ports.append(records, () => {});
        done();
      },
    }),
  },
  'forgotten-ids': {
    what: 'recovery folds events without their command ids',
    wrapPorts: (ports) => withRecovered(ports, (events) => events.map(withoutId)),
  },
  'skipped-event': {
    what: 'recovery leaves the last event out',
    wrapPorts: (ports) => withRecovered(ports, (events) => events.slice(0, -1)),
  },
  'folded-twice': {
    what: 'recovery folds the last event twice',
    wrapPorts: (ports) => withRecovered(ports, (events) => [...events, ...events.slice(-1)]),
  },
  'unit-off': {
    what: 'a sale pays one millionth of a dollar too much',
    wrapBehaviour: (behaviour) => ({
      ...behaviour,
      evolve(state, event) {
        behaviour.evolve(state, event);
        if (event.kind !== 'traded' || (event as Traded).quantity > 0n) return;
        const sums = (state as PortfolioState).account.sums.get(OWN_CURRENCY)!;
        sums.cash += 1n;
        sums.realisedShort += 1n;
      },
    }),
  },
  'correction-lost': {
    what: 'a correction is remembered and takes nothing back',
    wrapBehaviour: (behaviour) => ({
      ...behaviour,
      evolve(state, event) {
        const { eventId = '' } = event as { readonly eventId?: string };
        if (event.kind === 'reversed') (state as PortfolioState).commandIds.add(eventId);
        else behaviour.evolve(state, event);
      },
    }),
  },
  'snapshot-without-ids': {
    what: 'a snapshot holds no command ids',
    wrapBehaviour: (behaviour) => ({
      ...behaviour,
      encode: (state) => {
        const { books, ...rest } = behaviour.encode(state) as EncodedPortfolio;
        const { account, history } = readBooks(books);
        return { ...rest, books: restingOf({ account, history, commandIds: [] }) };
      },
    }),
  },
  'ambient-chance': {
    what: 'a decision takes chance from outside of its turn',
    wrapBehaviour: (behaviour, ambient) => ({
      ...behaviour,
      receive(state, message, turn) {
        const isUnlucky = message.kind === 'trade' && ambient.happens(0.02);
        behaviour.receive(state, isUnlucky ? { ...message, ...{ fee: '0.01' } } : message, turn);
      },
    }),
  },
  'effect-twice': {
    what: 'an actor that is rebuilt publishes its last figures again',
    wrapPorts(ports) {
      const last = new Map<string, () => void>();
      return {
        ...ports,
        publish(topic, event, from) {
          if (topic === 'portfolio') last.set(from, () => ports.publish(topic, event, from));
          ports.publish(topic, event, from);
        },
        recover: (address, done) =>
          ports.recover(address, (recovered) => {
            done(recovered);
            last.get(address)?.();
          }),
      };
    },
  },
  'lost-when-two-meet': {
    what: 'of two appends that wait for one commit the second is lost',
    wrapAppend(append) {
      let waiting = 0;
      return (records, done) => {
        if (waiting > 0) {
          done();
          return;
        }
        waiting++;
        append(records, (fault) => {
          waiting--;
          done(fault);
        });
      };
    },
  },
  'unbounded-mailbox': {
    what: 'commands wait in a lane that is not theirs and holds sixteen times as many',
    wrapBehaviour: (behaviour) => ({
      ...behaviour,
      lanes: { ...behaviour.lanes, cash: { lane: 'system', overflow: 'reject' } },
    }),
  },
  'dividend-lost': {
    what: 'an actor that is rebuilt is not told again of splits and dividends since its checkpoint',
    wrapPorts: (ports) => ({
      ...ports,
      recover: (address, done) =>
        ports.recover(address, (recovered) => {
          const { messages = [] } = recovered;
          const rest = messages.filter(({ message }) => message.kind !== 'corporate_action');
          done({ ...recovered, messages: rest });
        }),
    }),
  },
  'refusal-ignored': {
    what: 'a refused append is answered as if it had been made',
    wrapAppend: (append) => (records, done) => append(records, () => done()),
  },
  'untold-points': {
    what: 'an actor that is rebuilt is not told again what it had heard since its checkpoint',
    wrapPorts: (ports) => ({
      ...ports,
      recover: (address, done) =>
        ports.recover(address, (recovered) => done({ ...recovered, messages: [] })),
    }),
  },
  'silent-refusal': {
    what: 'who appends to a full disk never hears of it',
    wrapAppend: (append) => (records, done) =>
      append(records, (fault) => {
        if (fault === undefined) done();
      }),
  },
  ...OWNER_PLANTS,
  ...RISK_PLANTS,
};

/** Names of the bugs. */
export const PLANT_NAMES = Object.keys(PLANTS);

interface Traded extends Message {
  readonly quantity: bigint;
}

/** Changes the events that an actor comes back from. */
function withRecovered(
  ports: SystemPorts,
  change: (events: readonly Message[]) => readonly Message[],
): SystemPorts {
  return {
    ...ports,
    recover: (address, done) =>
      ports.recover(address, (recovered: Recovered) => {
        const events = change(recovered.events);
        const messages = (recovered.messages ?? []).map(({ message, after }) => {
          return { message, after: Math.min(after, events.length) };
        });
        done({ ...recovered, events, messages });
      }),
  };
}

function withoutId(event: Message): Message {
  return 'eventId' in event ? { ...event, ...{ eventId: '' } } : event;
}

/** Puts a bug around the portfolio's behaviour; the funnel stays as it is. */
export function plantedBehaviours(
  plant: Plant | undefined,
  behaviours: AnyBehaviour[],
  ambient: Chance,
): AnyBehaviour[] {
  const wrap = plant?.wrapBehaviour;
  if (wrap === undefined) return behaviours;
  return behaviours.map((one) => (one.kind === 'portfolio' ? wrap(one, ambient) : one));
}
