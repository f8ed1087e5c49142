import { ambiguousCommit } from './ambiguous-commit.ts';
import { answerLostAtEdge } from './answer-lost-at-edge.ts';
import { databasePartitioned } from './database-partitioned.ts';
import { pagesLoseAnswers } from './pages-lose-answers.ts';
import { pagesWhileTheBankIsSilent } from './pages-while-the-bank-is-silent.ts';
import { providerAnswerLost } from './provider-answer-lost.ts';
import { random } from './random.ts';
import type { ShopScenario } from './scenario.ts';
import { slowDatabase } from './slow-database.ts';

/** In the order in which they run and are listed. */
export const scenarios: readonly ShopScenario[] = [
  answerLostAtEdge,
  slowDatabase,
  databasePartitioned,
  providerAnswerLost,
  ambiguousCommit,
  pagesLoseAnswers,
  pagesWhileTheBankIsSilent,
  random,
];
