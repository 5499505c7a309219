import { useEffect, useRef, type ReactNode } from 'react';

interface ScreenProps {
  readonly title: string;
  readonly actions: ReactNode;
  /** The screen scrolls as a whole; otherwise one part of it does. */
  readonly scrolls?: boolean;
  /** What the screen shows: when it becomes another and the focus goes with what was there, the title has it. */
  readonly shows?: string;
  readonly children: ReactNode;
}

/** One screen: a title row with the actions at the right, then the content. */
export function Screen({ title, actions, scrolls = false, shows = '', children }: ScreenProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const shown = useRef(shows);
  useEffect(() => {
    if (shown.current !== shows && document.activeElement === document.body) heading.current?.focus();
    shown.current = shows;
  }, [shows]);
  return (
    <div className="screen">
      <header className="screen__head">
        <h1 className="screen__title" ref={heading} tabIndex={-1}>
          {title}
        </h1>
        <div className="screen__actions">{actions}</div>
      </header>
      <div className="screen__body" data-scrolls={scrolls || undefined} tabIndex={scrolls ? 0 : undefined}>
        {children}
      </div>
    </div>
  );
}

interface SectionProps {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** A part of a screen, set apart by space and a heading, never by a box. */
export function Section({ title, aside, children }: SectionProps) {
  return (
    <section className="section" aria-label={title}>
      <div className="section__head">
        <h2 className="section__title">{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}
