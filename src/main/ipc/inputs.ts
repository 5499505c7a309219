import { isAbsolute } from 'node:path';
import * as z from 'zod';
import type { Requests } from '../../shared/contract.ts';
import { discoveryFilters } from '../../shared/discovery.ts';
import { runOptions } from '../../shared/run.ts';
import { settingsChange } from '../../shared/settings.ts';
import { verificationOptions } from '../../shared/verification.ts';

const nothing = z.undefined();
const absolutePath = z
  .string()
  .min(1)
  .max(8192)
  .refine((path) => isAbsolute(path) && !path.includes('\0'), 'an absolute path is needed');

const { sampleSize, tolerance } = verificationOptions.shape;
const verificationId = z.string().min(1).max(100);

/** What each request accepts. Does not compile while a request has no schema. */
export const inputs = {
  getAppInfo: nothing,
  getSettings: nothing,
  changeSettings: settingsChange,
  getDatabase: nothing,
  getLastKnown: nothing,
  getTotals: nothing,
  startDiscovery: discoveryFilters,
  getDiscovery: nothing,
  listFiles: nothing,
  pickFolder: nothing,
  addRoots: z.array(absolutePath).min(1).max(100),
  removeRoot: absolutePath,
  exportManifest: nothing,
  getRun: nothing,
  startRun: runOptions.extend({
    sources: z.array(absolutePath).default([]),
    manifest: absolutePath.optional(),
  }),
  cancelRun: nothing,
  pauseRun: nothing,
  continueRun: nothing,
  resumeRun: z.string().min(1).max(100),
  listRuns: nothing,
  startVerification: z.strictObject({ sampleSize, tolerance }),
  cancelVerification: nothing,
  getVerification: nothing,
  listVerifications: nothing,
  getVerificationReport: verificationId,
  exportReport: z.strictObject({ verificationId, format: z.enum(['html', 'json']) }),
  repairFindings: z.strictObject({
    verificationId,
    findings: z.array(z.int().min(0)).min(1).max(20_000).readonly(),
  }),
  copyDiagnostics: nothing,
} satisfies Record<keyof Requests, z.ZodType>;

export type RequestName = keyof Requests;
type Inputs = typeof inputs;

/** What a request's answer is computed from: its argument after validation, defaults filled in. */
export type Input<Name extends RequestName> = z.output<Inputs[Name]>;

type ArgumentOf<Name extends RequestName> =
  Parameters<Requests[Name]> extends [infer Only] ? Only : undefined;

/** `z.array` says mutable where the contract says readonly; that difference alone is none. */
type Mutable<Value> = Value extends readonly (infer Item)[] ? Item[] : Value;
type Refused = {
  [Name in RequestName]: [Mutable<ArgumentOf<Name>>] extends [z.input<Inputs[Name]>] ? never : Name;
}[RequestName];
type None<Names extends never> = Names;

/** Does not compile while a schema refuses what the contract lets the window send. */
export type RefusedRequests = None<Refused>;
