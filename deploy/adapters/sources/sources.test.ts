// Every source of the catalogue against the conformance suite.

import t from 'tap';
import { Fault } from '../../../engine/index.js';
import { SOURCES } from './catalogue.js';
import { conformanceOf } from './conformance/suite.js';

for (const { name } of SOURCES) {
  t.test(`${name} passes every check that applies to it`, async (t) => {
    try {
      for (const { id, title, outcome, detail } of await conformanceOf(name)) {
        t.not(outcome, 'failed', `${id} ${title}: ${detail}`);
      }
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      t.comment(`nothing was tried: ${error.message}`);
    }
  });
}
