import { planned, resend } from '../faults/index.ts';
import { THE_WHOLE_TIME } from './planning.ts';
import { shopScenario } from './scenario.ts';

/** Chromium sends a request again, byte for byte, and tells nobody. */
export const hiddenResend = shopScenario({
  name: 'hidden-resend',
  title: 'every attempt to pay arrives twice, byte for byte, and its client knows of one',
  hazards: [2, 9, 46],
  topology: { webNodes: 1, workers: 1 },
  hits: [{ name: 'twice' }, { name: 'twice' }, { name: 'twice' }, { name: 'twice', role: 'give-up' }],
  faults: ({ hit }) =>
    hit('twice').map(({ nonce, customer }) =>
      planned(resend, `twice-${nonce}`, customer, {}, THE_WHOLE_TIME),
    ),
  evidence: [resend.evidence({})],
  control: true,
});
