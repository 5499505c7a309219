import { formatBytes, formatCount, formatDuration } from '../../../shared/format.ts';
import { countFiles, isProof } from '../../../shared/verification-counts.ts';
import type { VerificationReport } from '../../../shared/verification.ts';
import {
  countFindings,
  describeVerdict,
  dimensionWords,
  fileVerdictWords,
  formatScore,
  formatShare,
} from '../../../shared/verification-words.ts';
import { html, type Html } from './html.ts';
import { fileMark, icon, type Tone } from './marks.ts';

/** The verdict in words that a colleague understands, and what it rests on. */
export function verdictSection(report: VerificationReport): Html {
  const { title, sentences } = describeVerdict(report);
  const tone: Tone = isProof(report) ? 'good' : report.result === 'wanting' ? 'bad' : 'warn';
  const [first = '', ...rest] = sentences;
  const mark = icon(tone === 'good' ? 'check' : tone === 'bad' ? 'cross' : 'alert', tone);
  return html`<section class="verdict edge-${tone}" data-result="${report.result}">
    <h1>${mark}${title}</h1>
    <p class="lead">${first}</p>
    ${rest.map((sentence) => html`<p>${sentence}</p>`)}
    <dl class="facts">
      ${fact('Findings', countFindings(report) || 'none')}
      ${fact('Variance of totals', `${formatShare(report.variance)}, tolerance ${formatShare(report.options.tolerance)}`)}
      ${fact('Read from disk', formatBytes(report.files.bytesRead))}
      ${fact('Finished', `${formatMoment(report.finishedAt)}, after ${formatDuration(report.durationMs / 1000)}`)}
    </dl>
  </section>`;
}

function fact(name: string, value: string): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
}

/** `25 Nov 2026, 14:07:34 UTC`. */
export function formatMoment(iso: string): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    dateStyle: 'medium',
    timeStyle: 'medium',
    timeZone: 'UTC',
  });
  return `${format.format(new Date(iso))} UTC`;
}

/** The four scores with the counts they are computed from. */
export function scoresSection({ scores }: VerificationReport): Html {
  return html`<section id="scores">
    <h2>Scores</h2>
    <div class="scores">
      ${scores.map((score) => {
        const { word, meaning } = dimensionWords[score.dimension];
        const sum =
          score.checked === 0 && score.wrong === 0
            ? 'nothing was looked at'
            : `${formatCount(score.wrong)} wrong of ${formatCount(score.checked)} checked`;
        return html`<div class="score${score.wrong > 0 ? ' is-wrong' : ''}">
          <div class="name">${word}</div>
          <div class="value">${formatScore(score)}</div>
          <div class="sum">${sum}</div>
          <div class="dim">${meaning}</div>
        </div>`;
      })}
    </div>
    <p class="dim">
      A score is 1 − wrong ÷ checked, rounded down. Checked are files, lines, responses and totals, each where
      it was compared.
    </p>
  </section>`;
}

/** How many files are in each state. */
export function fileCounts({ files }: VerificationReport): Html {
  const counts = [
    ['equal', files.equal],
    ['grown', files.grown],
    ['differs', files.differs],
    ['only-on-disk', files.onlyOnDisk],
    ['only-in-database', files.onlyInDatabase],
    ['unreadable', files.unreadable],
  ] as const;
  return html`<table class="counts">
    <thead>
      <tr>
        <th>State</th>
        <th class="n">Files</th>
        <th>Meaning</th>
      </tr>
    </thead>
    <tbody>
      ${counts.map(
        ([verdict, count]) => html`<tr${count === 0 ? html` class="is-zero"` : null}>
<td>${fileMark(verdict)}</td><td class="n">${formatCount(count)}</td><td class="dim">${fileVerdictWords[verdict].meaning}</td>
</tr>`,
      )}
    </tbody>
    <tfoot>
      <tr>
        <td>All</td>
        <td class="n">${formatCount(countFiles({ files }))}</td>
        <td></td>
      </tr>
    </tfoot>
  </table>`;
}
