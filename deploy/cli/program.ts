// Every command of the command line, added in the order that help tells them in.

import { Command } from 'commander';
import { releaseVersion } from '../release/version.js';
import { addActorCommands, addConsoleCommand } from './actor-commands.js';
import { addAlertCommands } from './alert-commands.js';
import { addBarCommands } from './bar-commands.js';
import { addBookCommands } from './book-commands.js';
import { addDataCommands } from './data-commands.js';
import { explainItself } from './help.js';
import { addJournalCommands } from './journal-commands.js';
import { addPortfolioCommands } from './portfolio-commands.js';
import { addHistoryCommands, addRecordingCommands, addSqlCommand } from './recording-commands.js';
import { addFeatureCommands, addFunnelCommands, addVerifyCommand } from './research-commands.js';
import { addReportCommands, addRiskCommands } from './risk-commands.js';
import { addRunCommands } from './run-commands.js';
import { addSourceCommands } from './source-commands.js';
import { addUniverseCommands } from './universe-commands.js';

/** The program with all that it takes; a wrong use of it ends the process with the code of one. */
export function sluiceProgram(): Command {
  const program = new Command('sluice')
    .description('A streaming trading engine made of supervised actors on worker threads.')
    .version(releaseVersion())
    // Flags behind a command's name are that command's own.
    .enablePositionalOptions();

  addRunCommands(program);
  addConsoleCommand(program);
  addActorCommands(program);
  addFunnelCommands(program);
  addBarCommands(program);
  addBookCommands(program);
  addUniverseCommands(program);
  addFeatureCommands(program);
  addVerifyCommand(program);
  addPortfolioCommands(program);
  addRiskCommands(program);
  addAlertCommands(program);
  addReportCommands(program);
  addDataCommands(program);
  addSourceCommands(program);
  addHistoryCommands(program);
  addSqlCommand(program);
  addRecordingCommands(program);
  addJournalCommands(program);

  explainItself(program);
  return program;
}
