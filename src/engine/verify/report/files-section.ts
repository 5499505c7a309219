import { counted, formatCount } from '../../../shared/format.ts';
import { countFiles, countLeftOut } from '../../../shared/verification-counts.ts';
import type { FileVerdict, VerificationReport, VerifiedFile } from '../../../shared/verification.ts';
import { html, nothing, type Html } from './html.ts';
import { fileMark } from './marks.ts';
import { fileCounts } from './summary-section.ts';

/** Rows of a page that a browser still shows at once; beyond, the JSON report has them. */
const mostOdd = 2000;
const mostEqual = 10_000;

/** The worst first; files of one state keep the order of the report. */
const order: readonly FileVerdict[] = [
  'differs',
  'unreadable',
  'only-on-disk',
  'only-in-database',
  'grown',
  'equal',
];

/** Every file with both sides, those that are not equal open, the equal ones folded. */
export function filesSection(report: VerificationReport): Html {
  const { perFile } = report;
  const odd = perFile
    .filter(({ verdict }) => verdict !== 'equal')
    .toSorted((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
  const equal = perFile.filter(({ verdict }) => verdict === 'equal');
  const roots = new Set(perFile.map(({ root }) => root));
  const rows = (files: readonly VerifiedFile[]): Html[] => files.map((file) => fileRow(file, roots.size > 1));
  const [root] = roots;
  return html`<section id="files">
    <h2>Files</h2>
    ${fileCounts(report)}
    ${roots.size === 1 ? html`<p class="dim">All paths are below <code>${root ?? ''}</code></p>` : nothing}
    <div class="filter" hidden>
      <label>Show <input type="search" placeholder="part of a path or a state" /></label>
      <span class="dim" role="status"></span>
    </div>
    ${
      odd.length === 0
        ? html`<p class="dim">
            ${countFiles(report) === 0 ? 'There are no files.' : 'All files are equal.'}
          </p>`
        : html`<h3>Not equal <span class="dim">${formatCount(odd.length)}</span></h3>
            ${fileTable(rows(odd.slice(0, mostOdd)))} ${rest(odd.length - mostOdd)}`
    }
    ${leftOutNote(countLeftOut(report))}
    ${
      equal.length === 0
        ? nothing
        : html`<details>
            <summary>Equal: ${counted(equal.length, 'file')}</summary>
            ${fileTable(rows(equal.slice(0, mostEqual)))} ${rest(equal.length - mostEqual)}
          </details>`
    }
    <p class="dim">
      Lines are those that are not blank, bytes those of these lines without newlines. The checksum is the sum
      of the xxHash64 of the lines modulo 2<sup>64</sup>: a line that is missing, doubled or changed by one
      byte changes it.
    </p>
  </section>`;
}

/** The database keeps a report without them. */
function leftOutNote(count: number): Html {
  if (count === 0) return nothing;
  const were = count === 1 ? 'was' : 'were';
  return html`<p class="dim">
    ${counted(count, 'file')} ${were} equal. They are not listed: files that were equal are not stored with a
    report.
  </p>`;
}

function rest(count: number): Html {
  return count <= 0
    ? nothing
    : html`<p class="dim">${counted(count, 'more file')}: the JSON report lists every one.</p>`;
}

function fileTable(rows: readonly Html[]): Html {
  return html`<div class="wide">
    <table class="files">
      <thead>
        <tr>
          <th>State</th>
          <th>File</th>
          <th></th>
          <th class="n">Lines</th>
          <th class="n">Bytes</th>
          <th>Checksum</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

function fileRow(row: VerifiedFile, isRootShown: boolean): Html {
  const { root, file, verdict, disk, database, reason, isHashOnly } = row;
  const notes = [reason, isHashOnly ? 'Stored hashes of the originals were compared (privacy).' : ''].filter(
    (note) => note !== '',
  );
  const isSame =
    disk !== null &&
    database !== null &&
    disk.lines === database.lines &&
    disk.bytes === database.bytes &&
    disk.checksum === database.checksum;
  return html`<tr class="file" data-verdict="${verdict}">
    <td>${fileMark(verdict)}</td>
    <td class="path">
      ${isRootShown ? html`<div class="dim"><code>${root}</code></div>` : nothing}<code>${file}</code>${notes.map((note) => html`<div class="dim">${note}</div>`)}
    </td>
    ${isSame ? sameSides(disk) : twoSides(row)}
  </tr>`;
}

type Side = VerifiedFile['disk'];

function sameSides(side: NonNullable<Side>): Html {
  return html`<td class="dim">both</td>
    <td class="n">${formatCount(side.lines)}</td>
    <td class="n">${formatCount(side.bytes)}</td>
    <td><code>${side.checksum}</code></td>`;
}

/** One below the other, so that the digits that differ stand below each other. */
function twoSides({ verdict, disk, database }: VerifiedFile): Html {
  const pair = (of: (side: NonNullable<Side>) => string): Html => {
    const [above, below] = [disk === null ? '–' : of(disk), database === null ? '–' : of(database)];
    const isOff = verdict === 'differs' && above !== below;
    return html`<div>${above}</div><div${isOff ? html` class="off"` : null}>${below}</div>`;
  };
  return html`<td class="dim">
      <div>disk</div>
      <div>database</div>
    </td>
    <td class="n">${pair(({ lines }) => formatCount(lines))}</td>
    <td class="n">${pair(({ bytes }) => formatCount(bytes))}</td>
    <td class="mono">${pair(({ checksum }) => checksum)}</td>`;
}
