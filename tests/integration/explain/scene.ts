import { assistant, progress, type LineValues, type MadeUpLine } from './transcript-lines.ts';

/** Each case has two days, a folder, sessions and ids of its own, so that all of them are one history. */
export class Scene {
  constructor(private readonly index: number) {}

  /** A moment of the case's first day, or of the second when it begins with `+`. */
  at(time: string): string {
    const [, next, clock] = /^(\+?)(.*)$/.exec(time) ?? [];
    return `${dayOfCase(this.index, next === '+' ? 1 : 0)}T${clock}.000Z`;
  }

  line(values: LineValues & { readonly time?: string } = {}): Readonly<Record<string, unknown>> {
    return assistant(this.own(values));
  }

  progress(
    values: LineValues & { readonly time?: string } = {},
    outer: Record<string, unknown> = {},
  ): MadeUpLine {
    return progress(this.own(values), outer);
  }

  file(name: string): string {
    return `-case-${this.index}/${name.replace(/^S/, `S${this.index}-`)}.jsonl`;
  }

  private own({
    time = '10:00:00',
    id,
    request,
    session = 'S1',
    ...rest
  }: LineValues & { readonly time?: string }): LineValues {
    return {
      at: this.at(time),
      id: id === undefined ? `msg_${this.index}_1` : id === null || id === '' ? id : `${id}_${this.index}`,
      request:
        request === undefined
          ? `req_${this.index}_1`
          : request === null || request === ''
            ? request
            : `${request}_${this.index}`,
      session: session === '' ? '' : session.replace(/^S/, `S${this.index}-`),
      ...rest,
    };
  }
}

export function dayOfCase(index: number, plus: 0 | 1): string {
  return new Date(Date.UTC(2026, 0, 1 + 2 * index + plus)).toISOString().slice(0, 10);
}
