import { createReadStream } from 'node:fs';
import path from 'node:path';
import { rejectReasons, type RejectReason } from '../../shared/run.ts';
import { parseLine } from '../extract/parse-line.ts';
import { isBlank, startsWithByteOrderMark } from '../extract/split-lines.ts';
import { describeFsError } from './describe-fs-error.ts';

/** What a complete reading of a file found. `lines = records + rejects + blanks + pending`. */
export interface IntegrityReport {
  /** Bytes read. */
  readonly bytes: number;
  readonly lines: number;
  readonly records: number;
  readonly rejects: number;
  readonly blanks: number;
  /** 1 when the last line has no newline and is not JSON (yet). */
  readonly pending: number;
  readonly rejectsByReason: Readonly<Partial<Record<RejectReason, number>>>;
  /** Why the file could not be read to its end, in words; null when it was. */
  readonly unreadable: string | null;
}

/** No string can be longer; of a longer line only the length is kept. */
const longestLine = 500_000_000;

/**
 * Reads a file to its end and judges every line.
 *
 * Memory: one block of the file and the longest line in it.
 *
 * @throws the signal's reason when aborted
 */
export async function checkIntegrity(
  { root, file }: { readonly root: string; readonly file: string },
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<IntegrityReport> {
  const counter = new LineCounter();
  try {
    const blocks: AsyncIterable<Buffer> = createReadStream(path.join(root, ...file.split('/')), {
      highWaterMark: 1 << 20,
      ...(options.signal ? { signal: options.signal } : {}),
    });
    for await (const block of blocks) counter.addBlock(block);
  } catch (error) {
    options.signal?.throwIfAborted();
    return { ...counter.report(), unreadable: `The file can't be read: ${describeFsError(error)}.` };
  }
  counter.end();
  return counter.report();
}

class LineCounter {
  private readonly counts = { bytes: 0, lines: 0, records: 0, rejects: 0, blanks: 0, pending: 0 };
  private readonly reasons = new Map<RejectReason, number>();
  /** Pieces of the line that the last block ended in. */
  private pieces: Buffer[] = [];
  private pieceBytes = 0;

  addBlock(block: Buffer): void {
    this.counts.bytes += block.length;
    let from = 0;
    for (let at = block.indexOf(0x0a); at >= 0; at = block.indexOf(0x0a, from)) {
      this.addPiece(block.subarray(from, at));
      this.endLine(true);
      from = at + 1;
    }
    if (from < block.length) this.addPiece(block.subarray(from));
  }

  end(): void {
    if (this.pieceBytes > 0) this.endLine(false);
  }

  report(): IntegrityReport {
    const rejectsByReason: Partial<Record<RejectReason, number>> = {};
    for (const reason of rejectReasons) {
      const count = this.reasons.get(reason);
      if (count !== undefined) rejectsByReason[reason] = count;
    }
    return { ...this.counts, rejectsByReason, unreadable: null };
  }

  private addPiece(piece: Buffer): void {
    this.pieceBytes += piece.length;
    if (this.pieceBytes <= longestLine) this.pieces.push(piece);
    else this.pieces = [];
  }

  private endLine(isTerminated: boolean): void {
    const [only] = this.pieces;
    const line = this.pieces.length === 1 && only !== undefined ? only : Buffer.concat(this.pieces);
    const isTooLong = this.pieceBytes > longestLine;
    const start = this.counts.lines === 0 && startsWithByteOrderMark(line) ? 3 : 0;
    this.pieces = [];
    this.pieceBytes = 0;
    this.counts.lines += 1;
    if (isTooLong) this.addReject('too-long', isTerminated);
    else if (isBlank(line, start, line.length)) this.counts.blanks += 1;
    else {
      const parsed = parseLine(line, start, line.length);
      if (parsed.kind === 'record') this.counts.records += 1;
      else this.addReject(parsed.reason, isTerminated);
    }
  }

  private addReject(reason: RejectReason, isTerminated: boolean): void {
    if (!isTerminated) {
      this.counts.pending += 1;
      return;
    }
    this.counts.rejects += 1;
    this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
  }
}
