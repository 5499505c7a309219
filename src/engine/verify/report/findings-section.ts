import { counted, formatCount } from '../../../shared/format.ts';
import { severities, type Finding, type VerificationReport } from '../../../shared/verification.ts';
import { describeAction, dimensionWords } from '../../../shared/verification-words.ts';
import { html, nothing, type Html } from './html.ts';
import { severityHeading, severityIcon } from './marks.ts';

/** Findings of one check that stand open; those beyond are folded. */
const mostOpen = 12;

/** Every finding, the errors first, those of one check together. */
export function findingsSection(report: VerificationReport): Html {
  const { findings, checks } = report;
  const titles = new Map(checks.map(({ check, title }) => [check, title]));
  const none = report.result === 'cancelled' ? 'Nothing until it was stopped.' : 'None.';
  return html`<section id="findings">
    <h2>Findings</h2>
    ${findings.length === 0 ? html`<p class="dim">${none}</p>` : nothing}
    ${severities.map((severity) => {
      const some = findings.filter((finding) => finding.severity === severity);
      if (some.length === 0) return nothing;
      return html`<h3 class="severity">
          ${severityIcon(severity)}${severityHeading(severity, some.length)}
          <span class="dim">${formatCount(some.length)}</span>
        </h3>
        ${[...byCheck(some)].map(([check, group]) => checkGroup(check, titles.get(check), group))}`;
    })}
  </section>`;
}

function byCheck(findings: readonly Finding[]): Map<string, Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const group = groups.get(finding.check);
    if (group) group.push(finding);
    else groups.set(finding.check, [finding]);
  }
  return groups;
}

function checkGroup(check: string, title: string | undefined, group: readonly Finding[]): Html {
  const [first] = group;
  if (!first) return nothing;
  const isOneAdvice = group.every(({ advice }) => advice === first.advice);
  const items = group.map((finding) => findingItem(finding, isOneAdvice && group.length > 1));
  const folded = items.slice(mostOpen);
  return html`<div class="group">
    <h4>
      ${title === undefined ? html`<code>${check}</code>` : html`<span class="dim">Expected</span> ${title}`}
    </h4>
    <p class="dim">
      Check <code>${check}</code>, counted for ${dimensionWords[first.dimension].word.toLowerCase()}
    </p>
    ${isOneAdvice && group.length > 1 ? advice(first.advice, group) : nothing}
    <ul class="findings${group.length > 1 ? ' is-list' : ''}">
      ${items.slice(0, mostOpen)}
    </ul>
    ${
      folded.length === 0
        ? nothing
        : html`<details>
            <summary>${counted(folded.length, 'more finding')} of this check</summary>
            <ul class="findings is-list">
              ${folded}
            </ul>
          </details>`
    }
  </div>`;
}

function findingItem(finding: Finding, isAdviceGiven: boolean): Html {
  const { place, message, count } = finding;
  const where =
    place === null
      ? html`<span class="dim">The whole database</span>`
      : html`<code title="${place.root}">${place.file === '' ? place.root : place.file}</code
          >${place.offset === null ? nothing : html` <span class="dim">at byte ${formatCount(place.offset)}</span>`}`;
  return html`<li class="finding" data-check="${finding.check}" data-severity="${finding.severity}">
    <div class="place">
      ${where}${count > 1 ? html`<span class="dim">, ${formatCount(count)} concerned</span>` : nothing}
    </div>
    <div>${message}</div>
    ${isAdviceGiven ? nothing : advice(finding.advice, [finding])}
  </li>`;
}

/** What to do, and the command that does it where one can. */
function advice(text: string, group: readonly Finding[]): Html {
  const commands = new Set(group.map(({ action }) => describeAction(action)?.command));
  const [command] = commands;
  const how =
    commands.size !== 1 || command === undefined ? nothing : html` <code>tokenhouse ${command}</code>`;
  return html`<p class="advice"><b>What to do</b> ${text}${how}</p>`;
}
