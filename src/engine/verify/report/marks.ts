import type { CheckResult, FileVerdict, Severity } from '../../../shared/verification.ts';
import { fileVerdictWords, severityWords, statusWords } from '../../../shared/verification-words.ts';
import { html, type Html } from './html.ts';

/** How a state looks: colour is never alone, an icon and a word go with it. */
export type Tone = 'good' | 'warn' | 'bad' | 'quiet';
type Icon = 'check' | 'cross' | 'alert' | 'info' | 'dash' | 'up';

/** The icons, once in the page; `use` refers to them. Drawn like those of the window. */
export const icons = html`<svg class="icons" aria-hidden="true">
  <symbol id="i-check" viewBox="0 0 24 24">
    <circle cx="12" cy="12" r="9" />
    <path d="M8.5 12.5l2.5 2.5 5-5.5" />
  </symbol>
  <symbol id="i-cross" viewBox="0 0 24 24">
    <circle cx="12" cy="12" r="9" />
    <path d="M9 9l6 6M15 9l-6 6" />
  </symbol>
  <symbol id="i-alert" viewBox="0 0 24 24"><path d="M12 4L2.8 20h18.4L12 4zM12 10v4M12 17v.2" /></symbol>
  <symbol id="i-info" viewBox="0 0 24 24">
    <circle cx="12" cy="12" r="9" />
    <path d="M12 11v5M12 8v.2" />
  </symbol>
  <symbol id="i-dash" viewBox="0 0 24 24">
    <circle cx="12" cy="12" r="9" />
    <path d="M8.5 12h7" />
  </symbol>
  <symbol id="i-up" viewBox="0 0 24 24">
    <circle cx="12" cy="12" r="9" />
    <path d="M12 16V8.5M8.8 11.5L12 8.3l3.2 3.2" />
  </symbol>
</svg>`;

export function icon(name: Icon, tone: Tone): Html {
  return html`<svg class="icon ${tone}" aria-hidden="true"><use href="#i-${name}" /></svg>`;
}

function mark(name: Icon, tone: Tone, word: string): Html {
  return html`<span class="mark">${icon(name, tone)}${word}</span>`;
}

const severityLooks: Readonly<Record<Severity, readonly [Icon, Tone]>> = {
  error: ['cross', 'bad'],
  warning: ['alert', 'warn'],
  note: ['info', 'quiet'],
};

export function severityIcon(severity: Severity): Html {
  return icon(...severityLooks[severity]);
}

export function severityHeading(severity: Severity, count: number): string {
  const { one, many } = severityWords[severity];
  const word = count === 1 ? one : many;
  return word.charAt(0).toUpperCase() + word.slice(1);
}

const fileLooks: Readonly<Record<FileVerdict, readonly [Icon, Tone]>> = {
  equal: ['check', 'good'],
  grown: ['up', 'quiet'],
  differs: ['cross', 'bad'],
  'only-on-disk': ['alert', 'warn'],
  'only-in-database': ['dash', 'quiet'],
  unreadable: ['cross', 'bad'],
};

export function fileMark(verdict: FileVerdict): Html {
  return mark(...fileLooks[verdict], fileVerdictWords[verdict].word);
}

const statusLooks: Readonly<Record<CheckResult['status'], readonly [Icon, Tone]>> = {
  passed: ['check', 'good'],
  failed: ['cross', 'bad'],
  warned: ['alert', 'warn'],
  skipped: ['dash', 'quiet'],
};

export function statusMark(status: CheckResult['status']): Html {
  return mark(...statusLooks[status], statusWords[status]);
}

export function equalMark(isEqual: boolean): Html {
  return isEqual ? mark('check', 'good', 'Equal') : mark('cross', 'bad', 'Differs');
}
