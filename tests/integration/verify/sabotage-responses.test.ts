import { accountSabotages } from './sabotage/account-cases.ts';
import { responseSabotages } from './sabotage/response-cases.ts';
import { testSabotage } from './sabotage/run-sabotage.ts';

await testSabotage([...responseSabotages, ...accountSabotages]);
