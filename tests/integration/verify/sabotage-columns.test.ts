import { columnSabotages } from './sabotage/columns-cases.ts';
import { testSabotage } from './sabotage/run-sabotage.ts';

await testSabotage(columnSabotages);
