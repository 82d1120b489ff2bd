// Sends overrides and the kill switch to a process that may die at any moment, one after the other.

import { create } from '@bufbuild/protobuf';
import { createGrpcClient, Fault } from '../engine/index.js';
import {
  ApproveRequestSchema,
  KillRequestSchema,
  LimitsRequestSchema,
  OverrideRequestSchema,
  RevokeRequestSchema,
  Risk,
} from '../proto/gen/sluice/risk/v1/risk_pb.js';

/** Overrides that a drill asks for at most: the system keeps a thousand. */
const OVERRIDES_MAX = 500;

const [ASKS, APPROVES, REVOKES] = ['drill-a', 'drill-b', 'drill-c'];

/** What was acknowledged of one override: who approved it, and who revoked it, if anybody. */
interface Known {
  approvedBy: string;
  revokedBy: string;
}

/** What is known of all controls, over all lives of the process. */
export interface Controls {
  readonly overrides: Map<number, Known>;
  /** What the kill switch was last said to be. */
  isKilled: boolean;
  /** Whether it was sent since, and not answered: nobody knows what it is. */
  isSwitching: boolean;
}

/** Controls that nobody has touched. */
export function untouched(): Controls {
  return { overrides: new Map(), isKilled: false, isSwitching: false };
}

/** Sends controls until the process is gone or `isOver`. */
export async function sendControls(
  port: number,
  controls: Controls,
  isOver: () => boolean,
): Promise<void> {
  const client = createGrpcClient(Risk, `127.0.0.1:${port}`);
  const override = async (): Promise<void> => {
    const limit = { scope: 'portfolio/travel', measure: 'single_name', severity: 'hard' };
    const asked = { ...limit, minutes: 60, by: ASKS, reason: 'a drill' };
    const { accepted, id } = await client.call(
      'requestOverride',
      create(OverrideRequestSchema, asked),
    );
    if (!accepted) return;
    const known: Known = { approvedBy: '', revokedBy: '' };
    controls.overrides.set(id, known);
    const approval = create(ApproveRequestSchema, { id, by: APPROVES });
    if ((await client.call('approveOverride', approval)).accepted) known.approvedBy = APPROVES;
    if (id % 2 === 0) return;
    const end = create(RevokeRequestSchema, { id, by: REVOKES });
    if ((await client.call('revokeOverride', end)).accepted) known.revokedBy = REVOKES;
  };
  const kill = async (): Promise<void> => {
    const on = !controls.isKilled;
    controls.isSwitching = true;
    const asked = create(KillRequestSchema, { on, by: ASKS, reason: 'a drill' });
    if ((await client.call('setKillSwitch', asked)).accepted) controls.isKilled = on;
    controls.isSwitching = false;
  };
  try {
    while (!isOver()) {
      if (controls.overrides.size < OVERRIDES_MAX) await override();
      await kill();
    }
  } catch (error) {
    // The process is gone, or has not answered in time.
    if (!(error instanceof Fault)) throw error;
  }
  client.close();
}

/** What the process tells of the controls that is not what it has acknowledged. */
export async function wrongControls(port: number, controls: Controls): Promise<string[]> {
  const client = createGrpcClient(Risk, `127.0.0.1:${port}`, 20_000);
  const { killed, overrides } = await client.call('limits', create(LimitsRequestSchema, {}));
  client.close();
  const told = new Map(overrides.map((one) => [one.id, one]));
  const wrong = [...controls.overrides].flatMap(([id, known]) => {
    const found = told.get(id);
    if (found === undefined) return [`override ${id}: expected it to be there, it is lost`];
    const lacks = [
      ...(known.approvedBy !== '' && found.approvedBy !== known.approvedBy ? ['approval'] : []),
      ...(known.revokedBy !== '' && found.revokedBy !== known.revokedBy ? ['end'] : []),
    ];
    return lacks.map((what) => `override ${id}: expected its ${what} to be there, it is lost`);
  });
  if (controls.isSwitching || killed === controls.isKilled) return wrong;
  return [...wrong, `kill switch: expected ${controls.isKilled}, was ${killed}`];
}
