import { placeSabotages } from './sabotage/place-cases.ts';
import { schemaSabotages } from './sabotage/schema-cases.ts';
import { testSabotage } from './sabotage/run-sabotage.ts';

await testSabotage([...schemaSabotages, ...placeSabotages]);
