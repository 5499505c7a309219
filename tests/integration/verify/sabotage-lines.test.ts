import { lineSabotages } from './sabotage/lines-cases.ts';
import { testSabotage } from './sabotage/run-sabotage.ts';

await testSabotage(lineSabotages);
