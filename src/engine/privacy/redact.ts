import type { TextEncoding } from '../extract/growing-bytes.ts';
import { assignmentDetectors } from './assignment.ts';
import type { Detector, Span } from './detector.ts';
import { emailAround, encodedEmailDetector } from './email.ts';
import { privateKeyDetector } from './private-key.ts';
import { requestDetectors } from './request.ts';
import { vendorDetectors } from './vendor-rules.ts';

/** Masks secrets and e-mail addresses; see docs/decisions/0006-redaction-rules.md. */
export interface Redactor {
  /**
   * The text with every secret replaced by `[redacted:<rule>]`; the text itself when it holds none.
   *
   * The text is the source of a line of JSON (which stays valid), bytes that are not JSON, or a string out of a record.
   * `encoding` says whether its characters are characters or the bytes of UTF-8.
   */
  redact(text: string, encoding: TextEncoding): string;
}

/** `onMask` is told the rule of every mask. */
export function createRedactor(onMask: (rule: string) => void = () => {}): Redactor {
  const scans = {
    latin1: new Scan([...detectors, encodedEmailDetector('latin1')]),
    utf8: new Scan([...detectors, encodedEmailDetector('utf8')]),
  };
  return {
    redact: (text, encoding) => maskEmails(scans[encoding].mask(text, onMask), encoding, onMask),
  };
}

const mark = /\[redacted:[a-z-]{1,32}\]/y;

/** A mask names a token, a key or a password, and is none. */
const markDetector: Detector = {
  literals: ['[redacted:'],
  find: (text, at) => {
    mark.lastIndex = at;
    return mark.test(text) ? { start: at, end: mark.lastIndex, rule: null } : undefined;
  },
};

const detectors: readonly Detector[] = [
  markDetector,
  ...vendorDetectors,
  privateKeyDetector,
  ...requestDetectors,
  ...assignmentDetectors,
];

interface Candidate {
  readonly literal: string;
  readonly detector: Detector;
}

/** The last three characters in eighteen bits; different letters never fall together. */
const tableBits = 6;
const tableMask = (1 << (3 * tableBits)) - 1;

/**
 * Reading bytes is twice as fast as asking a string for its characters. A character beyond latin1 arrives as its low
 * byte, which may look like another: the detectors read the text itself.
 */
const scratch = Buffer.alloc(1 << 13);

/** No key that is known by its form is shorter. */
const shortestKey = 20;

/**
 * One pass over the text for all detectors.
 *
 * A table tells for the last three characters whether some literal ends there; on real transcripts it says yes for
 * about one position in a hundred, and only there anything else is done. One regular expression of all literals is
 * four times slower.
 */
class Scan {
  readonly #isEnd = new Uint8Array(tableMask + 1);
  readonly #candidates = new Map<number, Candidate[]>();

  constructor(detectors: readonly Detector[]) {
    for (const detector of detectors) {
      for (const literal of detector.literals) this.#add({ literal, detector });
    }
  }

  mask(text: string, onMask: (rule: string) => void): string {
    const parts: string[] = [];
    let copied = 0;
    let from = 0;
    let last3 = 0;
    const isEnd = this.#isEnd;
    for (let start = 0, at = 0; start < text.length; start = at) {
      let stop = start + scratch.write(text.slice(start, start + scratch.length), 'latin1');
      while (at < stop) {
        last3 = ((last3 << tableBits) ^ (scratch[at - start] ?? 0)) & tableMask;
        at++;
        if (isEnd[last3] === 0) continue;
        const span = this.#judge(text, at, last3, from);
        if (!span) continue;
        if (span.rule !== null) {
          const judged = Math.min(at, span.start);
          parts.push(text.slice(copied, judged));
          const kept = text.slice(judged, span.start);
          if (kept.length < shortestKey) parts.push(kept);
          else {
            // The user of a URL may be a key itself. The scratch is used anew for it, and filled again afterwards.
            parts.push(this.mask(kept, onMask));
            stop = 0;
          }
          parts.push(`[redacted:${span.rule}]`);
          copied = span.end;
          onMask(span.rule);
        }
        from = span.end;
        at = span.end;
        last3 = 0;
      }
    }
    if (parts.length === 0) return text;
    parts.push(text.slice(copied));
    return parts.join('');
  }

  #add(candidate: Candidate): void {
    const ending = candidate.literal.slice(-3);
    for (const spelling of candidate.detector.ignoresCase === true ? spellings(ending) : [ending]) {
      let key = 0;
      for (const character of spelling) key = ((key << tableBits) ^ character.charCodeAt(0)) & tableMask;
      this.#isEnd[key] = 1;
      const known = this.#candidates.get(key);
      if (!known) this.#candidates.set(key, [candidate]);
      else if (!known.includes(candidate)) known.push(candidate);
    }
  }

  #judge(text: string, end: number, key: number, from: number): Span | undefined {
    for (const { literal, detector } of this.#candidates.get(key) ?? []) {
      const at = end - literal.length;
      if (at < from || !holds(text, at, literal, detector.ignoresCase === true)) continue;
      const span = detector.find(text, at, from);
      if (span && span.end >= end) return span;
    }
    return undefined;
  }
}

function holds(text: string, at: number, literal: string, ignoresCase: boolean): boolean {
  if (!ignoresCase) return text.startsWith(literal, at);
  return text.slice(at, at + literal.length).toLowerCase() === literal;
}

/** All ways to write the letters large and small. */
function spellings(text: string): string[] {
  let found = [''];
  for (const letter of text) {
    const both = [...new Set([letter.toLowerCase(), letter.toUpperCase()])];
    found = found.flatMap((start) => both.map((one) => start + one));
  }
  return found;
}

function maskEmails(text: string, encoding: TextEncoding, onMask: (rule: string) => void): string {
  const parts: string[] = [];
  let copied = 0;
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    const span = emailAround(text, at, at + 1, copied, encoding);
    if (!span) continue;
    parts.push(text.slice(copied, span.start), '[redacted:email]');
    copied = span.end;
    onMask('email');
    at = span.end - 1;
  }
  if (parts.length === 0) return text;
  parts.push(text.slice(copied));
  return parts.join('');
}
