import { createHash } from 'node:crypto';
import type { VerificationReport } from '../../../shared/verification.ts';
import { describeVerdict } from '../../../shared/verification-words.ts';
import { checksSection, environmentSection, reproduceSection } from './checks-section.ts';
import { filesSection } from './files-section.ts';
import { findingsSection } from './findings-section.ts';
import { html, Html } from './html.ts';
import { icons } from './marks.ts';
import { pageScript } from './page-script.ts';
import { pageStyle } from './page-style.ts';
import { formatMoment, scoresSection, verdictSection } from './summary-section.ts';
import { totalsSection } from './totals-section.ts';

/**
 * The report as one page that needs nothing else: no font, image or script from elsewhere.
 *
 * Names of files, messages and models come from transcripts and are hostile text. They are escaped wherever they stand;
 * and the page's policy allows this style and this script only, by their hashes, so that nothing else could run.
 */
export function htmlReport(report: VerificationReport): string {
  const { environment, verificationId, finishedAt } = report;
  const { title } = describeVerdict(report);
  const policy = `default-src 'none'; style-src '${hashOf(pageStyle)}'; script-src '${hashOf(pageScript)}'; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="generator" content="Tokenhouse ${environment.appVersion}" />
        <title>${title}: verification of ${formatMoment(finishedAt)}</title>
        ${style}
      </head>
      <body>
        ${icons}
        <header>
          <span><b>Tokenhouse</b> verification report</span
          ><span>${environment.source}, ${formatMoment(finishedAt)}</span>
        </header>
        <main>
          ${verdictSection(report)}
          <nav aria-label="Sections">${links.map(([id, word]) => html`<a href="#${id}">${word}</a>`)}</nav>
          ${scoresSection(report)} ${findingsSection(report)} ${totalsSection(report)} ${filesSection(report)}
          ${checksSection(report)} ${environmentSection(report)} ${reproduceSection(report)}
        </main>
        <footer>Verification ${verificationId}, made by Tokenhouse ${environment.appVersion}.</footer>
        ${script}
      </body>
    </html> `.text;
}

const links = [
  ['findings', 'Findings'],
  ['totals', 'Totals'],
  ['files', 'Files'],
  ['checks', 'Checks'],
  ['environment', 'Environment'],
  ['reproduce', 'How to reproduce'],
] as const;

/** Exactly the text whose hash the policy names: not a blank more. */
const style = new Html(`<style>${pageStyle}</style>`);
const script = new Html(`<script>${pageScript}</script>`);

/** As a content security policy names what it allows. */
function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
