import { counted, formatBytes, formatCount, formatDuration } from '../shared/format.ts';
import { countFiles } from '../shared/verification-counts.ts';
import {
  countFindings,
  describeAction,
  describeVerdict,
  dimensionWords,
  fileVerdictWords,
  formatScore,
  formatShare,
  severityWords,
} from '../shared/verification-words.ts';
import { visible } from '../shared/visible.ts';
import type { Finding, VerificationReport } from '../shared/verification.ts';

/** Findings that are told on a terminal; the report has all. */
const mostFindings = 20;

/** What came of a verification, for people, as lines. */
export function describeVerification(report: VerificationReport): string[] {
  const { title, sentences } = describeVerdict(report);
  const { findings, files, variance, options, verificationId, durationMs } = report;
  const more = findings.length - mostFindings;
  return [
    `${title}, in ${formatDuration(durationMs / 1000)}: ${report.environment.destination}`,
    ...sentences.map((sentence) => `  ${sentence}`),
    '',
    ...describeScores(report),
    '',
    ...describeFiles(report),
    `  ${formatBytes(files.bytesRead)} read; totals differ by at most ${formatShare(variance)} (tolerance ${formatShare(options.tolerance)}).`,
    ...(findings.length === 0 ? [] : ['', `  Findings: ${countFindings(report)}`]),
    ...describeFindings(findings.slice(0, mostFindings)),
    ...(more > 0 ? [`  and ${counted(more, 'more finding')}: --output report.html lists all.`] : []),
    '',
    `  Verification ${verificationId}.`,
  ];
}

function describeScores({ scores }: VerificationReport): string[] {
  return scores.map((score) => {
    const { word } = dimensionWords[score.dimension];
    const sum =
      score.checked === 0 && score.wrong === 0
        ? 'nothing was looked at'
        : `${formatCount(score.wrong)} wrong of ${formatCount(score.checked)} checked`;
    return `  ${word.padEnd(13)} ${formatScore(score).padStart(8)}  ${sum}`;
  });
}

function describeFiles({ files }: VerificationReport): string[] {
  const counts = [
    ['equal', files.equal],
    ['grown', files.grown],
    ['differs', files.differs],
    ['only-on-disk', files.onlyOnDisk],
    ['only-in-database', files.onlyInDatabase],
    ['unreadable', files.unreadable],
  ] as const;
  const parts = counts
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => `${fileVerdictWords[verdict].word.toLowerCase()} ${formatCount(count)}`);
  return [`  ${counted(countFiles({ files }), 'file')}${parts.length === 0 ? '' : `: ${parts.join(', ')}`}.`];
}

/** Advice that several in a row share is given once, after the last of them. */
function describeFindings(findings: readonly Finding[]): string[] {
  return findings.flatMap((finding, index) => {
    const advice = describeAdvice(finding);
    const next = findings[index + 1];
    const isShared = next !== undefined && describeAdvice(next) === advice;
    // A file may be named like an order to the terminal.
    return [describeFinding(finding), ...(isShared ? [] : [advice])].map((line) => visible(line));
  });
}

function describeFinding({ severity, place, message, count }: Finding): string {
  const where = place === null ? '' : ` ${place.file === '' ? place.root : place.file}`;
  const byte = place === null || place.offset === null ? '' : ` at byte ${place.offset}`;
  const concerned = count > 1 ? ` (${formatCount(count)} concerned)` : '';
  return `  ${severityWords[severity].one}:${where}${byte}${where === '' ? ' ' : ': '}${message}${concerned}`;
}

function describeAdvice({ advice, action }: Finding): string {
  const command = describeAction(action)?.command;
  return `    ${advice}${command === undefined ? '' : ` [${command}]`}`;
}
