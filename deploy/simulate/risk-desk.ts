// The limits of one life of the simulated host: alerts, overrides, kill switch, as they run.

import { NO_BREAKERS } from '../../actors/breakers/index.js';
import type { Message } from '../../engine/index.js';
import { LeverAudit } from '../app/journal/lever-audit.js';
import { LimitsPart } from '../app/limits/limits-part.js';
import type { Market } from '../app/market/market.js';
import type { SharedMarket } from '../roles/shard-config.js';
import type { Decision } from './decisions.js';
import { SYMBOLS } from './market-walk.js';
import type { SimJournal } from './sim-journal.js';
import type { Watched } from './watched.js';

/** What limits stand on. */
export interface RiskDeskOptions {
  readonly journal: SimJournal;
  readonly memory: SharedMarket;
  readonly watched: Watched;
  readonly wallUs: () => number;
  /** Waits; how long is the world's to say. */
  readonly pause: () => Promise<void>;
}

/** Limits with those who decide about them. */
export class RiskDesk {
  readonly limits: LimitsPart;
  readonly #beforeClose: (() => Promise<void>)[] = [];

  constructor({ journal, memory, watched, wallUs, pause }: RiskDeskOptions) {
    const market = {
      journal,
      memory,
      board: watched.board,
      file: { bars: { symbols: SYMBOLS } },
      options: { portfolios: { breakers: NO_BREAKERS } },
      sequencer: { openUs: 0 },
      state: 'running',
      beforeClose: (act: () => Promise<void>) => this.#beforeClose.push(act),
      logs: { process: { say: () => {} } },
    };
    this.limits = new LimitsPart({
      // What limits read of a market is there.
      market: market as unknown as Market,
      audit: new LeverAudit(
        // As above.
        journal as unknown as Market['journal'],
        () => 0,
        wallUs,
      ),
      figures: () => [],
      declared: () => new Set(),
      onAlert: () => {},
      pause,
    });
  }

  /** Takes what a shard published. */
  onPublished(topic: string, event: Message): void {
    this.limits.onPublished(topic, event);
  }

  /** Decides; answers the number of an override that was asked for, or 0. */
  async decide(decision: Decision, overrides: readonly number[]): Promise<DecisionMade> {
    const { limits } = this;
    const { by } = decision;
    const reason = 'simulated';
    const made = (one: { readonly accepted: boolean; readonly id: number }): DecisionMade => one;
    switch (decision.kind) {
      case 'override': {
        const { scope, measure, severity, minutes } = decision;
        const asked = { scope, measure, severity, minutes, by, reason };
        const $typeName = 'sluice.risk.v1.OverrideRequest';
        return made(await limits.requestOverride({ $typeName, ...asked }, 'grpc'));
      }
      case 'approve': {
        const id = overrides.at(-1 - decision.back) ?? 0;
        const $typeName = 'sluice.risk.v1.ApproveRequest';
        return made(await limits.approveOverride({ $typeName, id, by }, 'grpc'));
      }
      case 'revoke': {
        const id = overrides.at(-1 - decision.back) ?? 0;
        const $typeName = 'sluice.risk.v1.RevokeRequest';
        return made(await limits.revokeOverride({ $typeName, id, by }, 'grpc'));
      }
      case 'kill': {
        const { on } = decision;
        const $typeName = 'sluice.risk.v1.KillRequest';
        return made(await limits.setKillSwitch({ $typeName, on, by, reason }, 'grpc'));
      }
    }
  }
}

/** What came of a decision. */
export interface DecisionMade {
  readonly accepted: boolean;
  /** Number of the override it is about; 0 of a kill switch. */
  readonly id: number;
}
