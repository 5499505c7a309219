import { counted, formatCount } from '../../../shared/format.ts';
import type { ComparedTotals, VerificationReport, VerifiedSums } from '../../../shared/verification.ts';
import { html, nothing, type Html } from './html.ts';
import { equalMark } from './marks.ts';

const columns = [
  ['responses', 'Responses'],
  ['inputTokens', 'Input'],
  ['outputTokens', 'Output'],
  ['cacheReadTokens', 'Cache read'],
  ['cacheWrite5mTokens', 'Write 5 min'],
  ['cacheWrite1hTokens', 'Write 1 h'],
  ['webSearchRequests', 'Web searches'],
] as const satisfies readonly (readonly [keyof VerifiedSums, string])[];

/** Totals counted from the files against those of the database: by model, and folded by day and model. */
export function totalsSection({ totals }: VerificationReport): Html {
  const byModel = totals.filter(({ day }) => day === null);
  const byDay = totals.filter(({ day }) => day !== null);
  const wrongDays = byDay.filter((row) => !isSame(row));
  return html`<section id="totals">
    <h2>Totals</h2>
    <p class="dim">
      Responses and tokens, counted from the files by a second implementation of the counting rule and asked
      of the database. Write is writing to the cache for 5 minutes or 1 hour. Days are UTC.
    </p>
    ${byModel.length === 0 ? html`<p class="dim">There were no totals to compare.</p>` : totalsTable(byModel, false)}
    ${
      wrongDays.length === 0
        ? nothing
        : html`<h3>Days that differ <span class="dim">${formatCount(wrongDays.length)}</span></h3>
            ${totalsTable(wrongDays, true)}`
    }
    ${
      byDay.length === 0
        ? nothing
        : html`<details>
            <summary>
              By day and model: ${counted(byDay.length, 'total')},
              ${wrongDays.length === 0 ? 'all equal' : `${formatCount(wrongDays.length)} differ`}
            </summary>
            ${totalsTable(byDay, true)}
          </details>`
    }
  </section>`;
}

function totalsTable(rows: readonly ComparedTotals[], isByDay: boolean): Html {
  return html`<div class="wide">
    <table class="totals">
      <thead>
        <tr>
          ${isByDay ? html`<th>Day</th>` : nothing}
          <th>Model</th>
          <th>Totals</th>
          <th></th>
          ${columns.map(([, title]) => html`<th class="n">${title}</th>`)}
        </tr>
      </thead>
      ${rows.map((row) => (isSame(row) ? equalRow(row, isByDay) : differingRows(row, isByDay)))}
    </table>
  </div>`;
}

/** By the numbers themselves: what is within the tolerance is shown all the same. */
function isSame({ source, database }: ComparedTotals): boolean {
  return columns.every(([key]) => source[key] === database[key]);
}

function equalRow(row: ComparedTotals, isByDay: boolean): Html {
  return html`<tbody>
    <tr>
      ${names(row, isByDay, 1)}
      <td>${equalMark(true)}</td>
      <td class="dim">both</td>
      ${columns.map(([key]) => html`<td class="n">${formatCount(row.source[key])}</td>`)}
    </tr>
  </tbody>`;
}

/** Three rows, so that the digits stand below each other. */
function differingRows(row: ComparedTotals, isByDay: boolean): Html {
  const { source, database } = row;
  return html`<tbody class="differs">
    <tr>
      ${names(row, isByDay, 3)}
      <td rowspan="3">${equalMark(false)}</td>
      <td class="dim">files</td>
      ${columns.map(([key]) => html`<td class="n">${formatCount(source[key])}</td>`)}
    </tr>
    <tr>
      <td class="dim">database</td>
      ${columns.map(([key]) => html`<td class="n">${formatCount(database[key])}</td>`)}
    </tr>
    <tr>
      <td class="dim">difference</td>
      ${columns.map(([key]) => difference(database[key] - source[key]))}
    </tr>
  </tbody>`;
}

function difference(value: number): Html {
  if (value === 0) return html`<td class="n dim">0</td>`;
  return html`<td class="n bad">${value > 0 ? '+' : '−'}${formatCount(Math.abs(value))}</td>`;
}

function names({ day, model }: ComparedTotals, isByDay: boolean, rows: number): Html {
  return html`${isByDay ? html`<td class="day" rowspan="${rows}">${day || 'No day'}</td>` : nothing}
    <td rowspan="${rows}"><code>${model || '(no model)'}</code></td>`;
}
