import path from 'node:path';
import * as z from 'zod';
import { fileKinds, fileStates } from '../../shared/discovery.ts';

export const manifestVersion = 1;

const count = z.int().nonnegative();
const decimal = z.string().regex(/^\d{1,20}$/, 'is not a whole number in decimal digits');
const folder = z
  .string()
  .refine((text) => path.isAbsolute(text) && !text.includes('\0'), 'is not an absolute path of this system');

/** A relative path that can't lead out of its root, nor be anything else on another system. */
const relativeFile = z
  .string()
  .refine(
    (text) =>
      text.endsWith('.jsonl') &&
      !text.includes('\0') &&
      text.split('/').every((part) => part !== '' && part !== '.' && part !== '..'),
    'is not a path of a *.jsonl file below its root (parts separated by "/", none empty, "." or "..")',
  );

const estimate = z.strictObject({
  lines: count,
  responses: count,
  tokens: count,
  is_exact: z.boolean(),
});

const manifestFile = z.strictObject({
  root: folder,
  /** Relative to `root`, with `/` between the parts. */
  file: relativeFile,
  size_bytes: count,
  modified_ms: z.number().nonnegative(),
  identity: z
    .strictObject({
      device: decimal,
      inode: decimal,
      fingerprint: z.string().regex(/^[0-9a-f]{16}$/, 'is not sixteen hexadecimal digits'),
    })
    .nullable(),
  project: z.string(),
  session_id: z.string(),
  kind: z.enum(fileKinds),
  state: z.enum(fileStates),
  reason: z.string(),
  estimate,
});

/**
 * The document that `discover --output` writes and `migrate --manifest` obeys: exactly its `files`, in their order.
 *
 * Everything but the names of the files is what was seen when it was written, for people to read and choose by; entries
 * may be deleted by hand, so the totals are not held against the list.
 */
export const manifestSchema = z
  .strictObject({
    version: z.literal(manifestVersion),
    /** ISO 8601, UTC. */
    created_at: z.iso.datetime(),
    source: z.strictObject({ machine: z.string(), platform: z.string() }),
    roots: z.array(
      z.strictObject({
        path: folder,
        origin: z.enum(['default', 'added', 'option']),
        state: z.enum(['present', 'missing', 'unreadable']),
      }),
    ),
    filters: z.strictObject({
      pattern: z.string().min(1).optional(),
      min_bytes: z.number().nonnegative().optional(),
      max_bytes: z.number().nonnegative().optional(),
      max_age_days: z.number().positive().optional(),
      max_files: z.int().positive().optional(),
      order: z.enum(['newest', 'largest', 'smallest', 'priority']),
    }),
    files: z.array(manifestFile),
    totals: z.strictObject({
      files: count,
      size_bytes: count,
      lines: count,
      responses: count,
      tokens: count,
    }),
  })
  .superRefine(({ roots, files }, context) => {
    const known = new Set(roots.map((root) => root.path));
    const seen = new Set<string>();
    for (const [index, { root, file }] of files.entries()) {
      const place = `${root}\0${file}`;
      if (!known.has(root)) {
        context.addIssue({
          code: 'custom',
          path: ['files', index, 'root'],
          message: 'is not one of the roots',
        });
      }
      if (seen.has(place)) {
        context.addIssue({ code: 'custom', path: ['files', index, 'file'], message: 'is named twice' });
      }
      seen.add(place);
    }
  });

export type Manifest = z.infer<typeof manifestSchema>;
