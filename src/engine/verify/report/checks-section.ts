import { counted, formatCount } from '../../../shared/format.ts';
import type { CheckResult, VerificationReport } from '../../../shared/verification.ts';
import { tierWords } from '../../../shared/verification-words.ts';
import { html, nothing, type Html } from './html.ts';
import { statusMark } from './marks.ts';
import { reproduce } from './reproduce.ts';
import { formatMoment } from './summary-section.ts';

const tiers = ['before', 'after', 'cross'] as const;

/** The checks of the three tiers, with what each looked at. */
export function checksSection({ checks }: VerificationReport): Html {
  return html`<section id="checks">
    <h2>Checks</h2>
    ${checks.length === 0 ? html`<p class="dim">No check was begun.</p>` : nothing}
    ${tiers.map((tier) => {
      const some = checks.filter((check) => check.tier === tier);
      return some.length === 0 ? nothing : tierTable(tier, some);
    })}
  </section>`;
}

function tierTable(tier: CheckResult['tier'], checks: readonly CheckResult[]): Html {
  const { word, meaning } = tierWords[tier];
  return html`<h3>${word} <span class="dim">${meaning}</span></h3>
    <div class="wide">
      <table class="checks">
        <thead>
          <tr>
            <th>Result</th>
            <th>Check</th>
            <th class="n">Looked at</th>
            <th class="n">Wrong</th>
          </tr>
        </thead>
        <tbody>
          ${checks.map(
            ({ check, title, status, checked, wrong, detail }) =>
              html`<tr>
                <td>${statusMark(status)}</td>
                <td>
                  ${title}
                  <span class="dim mono">${check}</span
                  >${detail === '' ? nothing : html`<div class="dim">${detail}</div>`}
                </td>
                <td class="n">${status === 'skipped' ? '–' : formatCount(checked)}</td>
                <td class="n">${status === 'skipped' ? '–' : formatCount(wrong)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

/** What was compared with what, by which versions. */
export function environmentSection(report: VerificationReport): Html {
  const { environment, options, verificationId, startedAt, finishedAt } = report;
  const { appVersion, databaseVersion, destination, source, roots, platform, node } = environment;
  const sample =
    options.sampleSize === 'all'
      ? 'every line'
      : counted(options.sampleSize, 'line chosen at random', 'lines');
  const rows: readonly (readonly [string, Html])[] = [
    ['Verification', html`<code>${verificationId}</code>`],
    ['Time', html`${formatMoment(startedAt)} to ${formatMoment(finishedAt)}`],
    ['Machine', html`<code>${source}</code>`],
    ['Folders', html`${roots.map((root) => html`<div><code>${root}</code></div>`)}`],
    ['Database', html`${destination}`],
    ['Compared column by column', html`${sample}`],
    [
      'Versions',
      html`Tokenhouse ${appVersion}, ClickHouse ${databaseVersion}, Node ${node} on ${platform}, report
      ${report.version}`,
    ],
  ];
  return html`<section id="environment">
    <h2>Environment</h2>
    <dl class="rows">
      ${rows.map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
      )}
    </dl>
  </section>`;
}

/** The command lines that show the same again. */
export function reproduceSection(report: VerificationReport): Html {
  return html`<section id="reproduce">
    <h2>How to reproduce</h2>
    <ol class="steps">
      ${reproduce(report).map(
        ({ what, command }) =>
          html`<li>
            ${what}
            <pre><code>${command}</code></pre>
          </li>`,
      )}
    </ol>
    <p class="dim">
      In a checkout, write <code>npm run --silent cli --</code> instead of <code>tokenhouse</code>.
    </p>
  </section>`;
}
