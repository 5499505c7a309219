import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { DiscoveredFile, DiscoveryFilters, Root } from '../../shared/discovery.ts';
import { AppError } from '../../shared/failure.ts';
import { writeWhole } from '../write-file.ts';
import { describeFsError } from './describe-fs-error.ts';
import { measureFile } from './find-files.ts';
import type { FoundFile } from './found-file.ts';
import { inOrder } from './in-order.ts';
import { manifestSchema, manifestVersion, type Manifest } from './manifest-schema.ts';
import { sumFiles } from './sum-files.ts';

const statsAtOnce = 32;

/** The manifest of a discovery, its files in the given order. */
export function makeManifest(discovery: {
  readonly roots: readonly Root[];
  readonly filters: DiscoveryFilters;
  readonly files: readonly DiscoveredFile[];
  readonly createdAt?: Date;
}): Manifest {
  const { roots, filters, files } = discovery;
  const { sizeBytes, lines, responses, tokens } = sumFiles(files);
  return {
    version: manifestVersion,
    created_at: (discovery.createdAt ?? new Date()).toISOString(),
    source: { machine: os.hostname(), platform: process.platform },
    roots: roots.map(({ path: folder, origin, state }) => ({ path: folder, origin, state })),
    filters: filtersDocument(filters),
    files: files.map(fileDocument),
    totals: { files: files.length, size_bytes: sizeBytes, lines, responses, tokens },
  };
}

/** Filters with the names of the manifest and of `--json`. */
export function filtersDocument(filters: DiscoveryFilters): Manifest['filters'] {
  const { pattern, minBytes, maxBytes, maxAgeDays, maxFiles, order } = filters;
  return {
    ...(pattern === undefined ? {} : { pattern }),
    ...(minBytes === undefined ? {} : { min_bytes: minBytes }),
    ...(maxBytes === undefined ? {} : { max_bytes: maxBytes }),
    ...(maxAgeDays === undefined ? {} : { max_age_days: maxAgeDays }),
    ...(maxFiles === undefined ? {} : { max_files: maxFiles }),
    order,
  };
}

/** A discovered file with the names of the manifest and of `--json`. */
export function fileDocument(file: DiscoveredFile): Manifest['files'][number] {
  const { lines, responses, tokens, isExact } = file.estimate;
  return {
    root: file.root,
    file: file.file,
    size_bytes: file.sizeBytes,
    modified_ms: file.modifiedMs,
    identity: file.identity,
    project: file.project,
    session_id: file.sessionId,
    kind: file.kind,
    state: file.state,
    reason: file.reason,
    estimate: { lines, responses, tokens, is_exact: isExact },
  };
}

/**
 * Writes a manifest so that a reader finds the old one or the new one, never a part.
 *
 * @throws AppError `disk-full`, or `invalid-input` when the file can't be written there; the old one is then untouched.
 */
export async function writeManifest(file: string, manifest: Manifest): Promise<void> {
  await writeWhole(file, `${JSON.stringify(manifest, null, 1)}\n`, 'The manifest');
}

/**
 * Reads a manifest back and checks all of it.
 *
 * @throws AppError `manifest-invalid`, naming the file, the place in it and what to do.
 */
export async function readManifest(file: string): Promise<Manifest> {
  const target = path.resolve(file);
  const document = parseJson(target, await readText(target));
  const version =
    typeof document === 'object' && document !== null && 'version' in document && document.version;
  if (typeof version === 'number' && version > manifestVersion) {
    throw invalid(target, `it has version ${version}, this Tokenhouse reads version ${manifestVersion}`, {
      advice: 'Update Tokenhouse, or make the manifest again with this version: discover --output.',
    });
  }
  const result = manifestSchema.safeParse(document);
  if (result.success) return result.data;
  const [issue, ...more] = result.error.issues;
  const place = formatPlace(issue?.path ?? []);
  const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
  throw invalid(target, `${place}: ${issue?.message ?? 'not valid'}${others}`, { cause: result.error });
}

/**
 * The files that a manifest names, measured now, in its order: these and no others.
 *
 * One that is gone or can't be read comes with its `problem`.
 */
export async function* filesOfManifest(manifest: Manifest): AsyncGenerator<FoundFile> {
  yield* inOrder(manifest.files, statsAtOnce, ({ root, file }) => measureFile(root, file));
}

async function readText(target: string): Promise<string> {
  try {
    return await readFile(target, 'utf8');
  } catch (error) {
    throw invalid(target, `it can't be read: ${describeFsError(error)}`, { cause: error });
  }
}

function parseJson(target: string, text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw invalid(target, `it is not JSON: ${error.message}`, { cause: error });
  }
}

function invalid(
  target: string,
  what: string,
  options: { readonly cause?: unknown; readonly advice?: string } = {},
): AppError {
  const advice = options.advice ?? 'Correct it, or make it again with discover --output.';
  return new AppError(
    'manifest-invalid',
    `The manifest ${target} can't be used: ${what}. Nothing was migrated. ${advice}`,
    {
      path: target,
      ...(options.cause === undefined ? {} : { cause: options.cause }),
    },
  );
}

/** `["files", 3, "size_bytes"]` as `files[3].size_bytes`. */
function formatPlace(place: readonly PropertyKey[]): string {
  const text = place.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return text === '' ? 'the document' : text.replace(/^\./, '');
}
