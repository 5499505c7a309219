import { createHash } from 'node:crypto';
import { Window } from 'happy-dom';
import { describe, expect, it } from 'vitest';
import { htmlReport } from '../../../../src/engine/verify/report/html-report.ts';
import { withoutEqualFiles } from '../../../../src/shared/verification-counts.ts';
import type { Finding, VerificationReport, VerifiedFile } from '../../../../src/shared/verification.ts';
import { passedReport, wantingReport } from '../../../fixtures/verification-reports.ts';

const window = new Window();

function parse(page: string) {
  return new window.DOMParser().parseFromString(page, 'text/html');
}

const pageOf = (report: VerificationReport) => parse(htmlReport(report));
/** Parsing takes a while; nothing changes it. */
const wantingPage = parse(htmlReport(wantingReport()));
const textOf = (report: VerificationReport): string =>
  pageOf(report).body.textContent.replaceAll(/\s+/g, ' ');

/** As a content security policy names what it allows. */
function hashOf(text = ''): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

const hostile = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</style><script>alert(1)</script>',
  '</title></code></td><iframe src="javascript:alert(1)">',
  '<!--',
  ']]><svg/onload=alert(1)>',
  '&lt;b&gt;&amp;',
  '`${alert(1)}`',
  '<a href="https://example.com/steal">x</a>',
];

/** The report with the text in every place where data may stand. */
function withText(text: string): VerificationReport {
  const report = wantingReport();
  const place = { root: text, file: text, offset: 3 };
  const finding: Finding = {
    check: text,
    severity: 'error',
    dimension: 'integrity',
    place,
    message: text,
    advice: text,
    action: { kind: 'reimport', files: [{ root: text, file: text }] },
    count: 1,
  };
  const [file] = report.perFile;
  const odd: VerifiedFile = { ...file!, root: text, file: text, verdict: 'differs', reason: text };
  return {
    ...report,
    verificationId: text,
    options: { sources: [text], sampleSize: 'all', tolerance: 0 },
    environment: {
      appVersion: text,
      databaseVersion: text,
      destination: text,
      source: text,
      roots: [text],
      platform: text,
      node: text,
    },
    checks: [
      { check: text, tier: 'after', title: text, status: 'failed', checked: 1, wrong: 1, detail: text },
    ],
    totals: [
      { ...report.totals[0]!, model: text },
      { ...report.totals[9]!, day: text, model: text },
    ],
    findings: [finding, { ...finding, place: null, check: 'other' }],
    perFile: [odd, { ...odd, verdict: 'equal' }, file!],
  };
}

describe('the page', () => {
  it.each(hostile)('shows %s as text and nothing else', (text) => {
    const plain = pageOf(withText('plain'));
    const page = pageOf(withText(text));
    const shape = (document: typeof page): string[] =>
      [...document.querySelectorAll('*')].map(({ tagName }) => tagName);
    expect(shape(page)).toEqual(shape(plain));
    const attributes = [...page.querySelectorAll('*')].flatMap((element) =>
      [...element.attributes].map(({ name, value }) => ({ name, value })),
    );
    expect(
      attributes.filter(({ name }) => name.startsWith('on') || name === 'style' || name === 'src'),
    ).toEqual([]);
    const links = attributes.filter(({ name }) => name === 'href').map(({ value }) => value);
    expect(links.filter((link) => !/^#[a-z-]+$/.test(link ?? ''))).toEqual([]);
    expect(page.querySelectorAll('script')).toHaveLength(1);
    expect(page.querySelector('.finding')?.textContent).toContain(text);
    expect(page.querySelector('tr.file code')?.textContent).toBe(text);
    expect(page.querySelector('.totals code')?.textContent).toBe(text);
  });

  it('shows control characters and turned text as what they are', () => {
    const page = pageOf(withText('a\u0000b\u001b[31m\nc\u202egpj.exe'));
    expect(page.querySelector('tr.file code')?.textContent).toBe('a␀b␛[31m␊c⟨U+202E⟩gpj.exe');
    // oxlint-disable-next-line no-control-regex
    expect(htmlReport(withText('\u0000\u001b\u202e\u2066'))).not.toMatch(/[\u0000\u001b\u202e\u2066]/);
  });

  it('allows its own style and script and nothing else', () => {
    const html = htmlReport(wantingReport());
    const page = parse(html);
    const policy = page.querySelector('meta[http-equiv]')?.getAttribute('content') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`style-src ${hashOf(/<style>(.*?)<\/style>/s.exec(html)?.[1])}`);
    expect(policy).toContain(`script-src ${hashOf(/<script>(.*?)<\/script>/s.exec(html)?.[1])}`);
    expect(policy).not.toContain('unsafe');
  });

  it('needs nothing from elsewhere', () => {
    const html = htmlReport(wantingReport());
    expect(html).not.toMatch(/<link|<img|@import|url\(|src=/);
    expect(html).not.toMatch(/https?:\/\//);
  });

  it('has every finding with its place, explanation and advice', () => {
    const report = wantingReport();
    const items = [...wantingPage.querySelectorAll('.finding')];
    expect(items).toHaveLength(report.findings.length);
    for (const finding of report.findings) {
      const item = items.find(
        ({ textContent }) =>
          textContent.includes(finding.message) &&
          textContent.includes(finding.place?.file ?? 'The whole database'),
      );
      expect(item?.getAttribute('data-severity')).toBe(finding.severity);
      expect(item?.closest('.group')?.textContent).toContain(finding.advice);
    }
    expect(items[0]?.getAttribute('data-severity')).toBe('error');
  });

  it('has every file once, with both sides', () => {
    const report = wantingReport();
    const rows = [...wantingPage.querySelectorAll('tr.file')];
    expect(rows).toHaveLength(400);
    const texts = new Map(rows.map((row) => [row.querySelector('.path code')?.textContent, row.textContent]));
    for (const { file, disk, database } of report.perFile) {
      for (const side of [disk, database]) {
        if (side === null) continue;
        expect(texts.get(file)).toContain(side.checksum);
        expect(texts.get(file)).toContain(side.bytes.toLocaleString('en-US'));
      }
    }
  });

  it('of a stored report counts the files that are equal, and says why it does not list them', () => {
    const page = pageOf(withoutEqualFiles(passedReport()));
    const textIn = (selector: string) => page.querySelector(selector)?.textContent.replaceAll(/\s+/g, ' ');
    expect(page.title).toMatch(/^Passed: /);
    expect(textIn('.verdict')).toMatch(/400 files with [\d,]+ imported lines were read again from disk/);
    expect(page.querySelectorAll('tr.file')).toHaveLength(1);
    expect(textIn('.counts tfoot')).toContain('All 400');
    expect(textIn('#files')).toContain('399 files were equal. They are not listed');
    expect(textIn('#files')).not.toContain('There are no files');
    expect(wantingPage.querySelector('#files')?.textContent).not.toContain('They are not listed');
  });

  it('folds the files that are equal and no others', () => {
    const page = wantingPage;
    const verdicts = (selector: string): Set<string | null> =>
      new Set([...page.querySelectorAll(selector)].map((row) => row.getAttribute('data-verdict')));
    expect(verdicts('details tr.file')).toEqual(new Set(['equal']));
    expect(verdicts('tr.file').size).toBe(6);
    expect(page.querySelectorAll('details tr.file')).toHaveLength(368);
  });

  it('says how many files it leaves out', () => {
    const report = wantingReport();
    const [file] = report.perFile;
    const perFile = Array.from({ length: 2003 }, (_, index): VerifiedFile => ({
      ...file!,
      file: `${index}.jsonl`,
      verdict: 'differs',
    }));
    const page = pageOf({ ...report, perFile });
    expect(page.querySelectorAll('tr.file')).toHaveLength(2000);
    expect(page.querySelector('#files')?.textContent).toContain(
      '3 more files: the JSON report lists every one.',
    );
  });

  it('shows both counts and the difference of a total that is off, by model and by day', () => {
    const bodies = [...wantingPage.querySelectorAll('.totals tbody.differs')];
    const texts = bodies.map(({ textContent }) => textContent.replaceAll(/\s+/g, ' '));
    // By model, among the days that differ, and among all days.
    expect(texts).toHaveLength(3);
    for (const text of texts) expect(text).toContain('−8,123');
  });

  it('has the checks of all tiers, the skipped ones with their reason', () => {
    const report = wantingReport();
    const text = wantingPage.querySelector('#checks')?.textContent ?? '';
    for (const { title, detail } of report.checks) {
      expect(text).toContain(title);
      expect(text).toContain(detail);
    }
  });

  it('has the ids and the commands with which it can be reproduced', () => {
    const report = wantingReport();
    const text = wantingPage.querySelector('#reproduce')?.textContent ?? '';
    expect(text).toContain(
      'tokenhouse verify --data-dir /home/jane.doe/.config/Tokenhouse --sample-size 1000',
    );
    expect(text).toContain(report.verificationId);
  });
});

describe('its first words', () => {
  it('say that it passed, and what that rests on', () => {
    const page = pageOf(passedReport());
    const verdict = page.querySelector('.verdict');
    expect(verdict?.querySelector('h1')?.textContent.trim()).toBe('Passed');
    expect(verdict?.textContent).toMatch(/400 files with [\d,]+ imported lines were read again from disk/);
    expect(verdict?.textContent).toContain('every total is the same');
    expect(verdict?.textContent).toContain('1 file has grown since');
    expect(verdict?.textContent).toContain('Of 5 files the bytes themselves are not in the database');
    expect(page.title).toMatch(/^Passed: /);
  });

  it('say that it was found wanting, and how', () => {
    const verdict = wantingPage.querySelector('.verdict');
    expect(verdict?.querySelector('h1')?.textContent.trim()).toBe('Found wanting');
    expect(verdict?.textContent).toContain('31 errors were found');
    expect(verdict?.textContent).toContain('28 differ from what was imported');
    expect(verdict?.textContent).toContain('Totals are off by up to 0.042 %; the tolerance is 0 %.');
  });

  it('claim nothing when it was stopped', () => {
    const text = textOf({ ...passedReport(), result: 'cancelled', findings: [] });
    expect(text).toContain('Stopped before its end');
    expect(text).toContain('it proves nothing about what it had not looked at');
    expect(text).not.toContain('every total is the same');
  });

  it('claim nothing when there was nothing', () => {
    const files = { ...passedReport().files, equal: 0, grown: 0, bytesRead: 0 };
    const text = textOf({ ...passedReport(), files, perFile: [], totals: [], findings: [] });
    expect(text).toContain('Nothing to compare');
    expect(text).toContain('nothing was proved');
  });
});
