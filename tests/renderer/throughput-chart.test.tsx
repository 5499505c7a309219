import { fireEvent, render, screen } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { Chart, timesOf } from '../../src/renderer/features/migrate/throughput-chart.tsx';

const samples = [
  { elapsedMs: 500, bytesPerSecond: 0 },
  { elapsedMs: 1000, bytesPerSecond: 8_000_000 },
  { elapsedMs: 2500, bytesPerSecond: 4_000_000 },
];

describe('the throughput', () => {
  test('is drawn over the whole width, from nothing to more than the most', () => {
    const { container } = render(<Chart samples={samples} />);
    screen.getByRole('figure', { name: 'Data per second, at most 8.00\u00a0MB' });
    expect(container.querySelector('.chart__line')?.getAttribute('d')).toBe(
      'M0.00 100.00L25.00 20.00L100.00 60.00',
    );
    for (const words of ['0\u00a0bytes/s', '5.00\u00a0MB/s', '10.0\u00a0MB/s', '1\u00a0s', '2\u00a0s'])
      expect(container.textContent).toContain(words);
  });

  test('says what was measured where the pointer is, beside the line', () => {
    const { container } = render(<Chart samples={samples} />);
    const plot = container.querySelector<HTMLElement>('.chart__pointer');
    if (plot === null) throw new Error('Nothing to point at');
    plot.getBoundingClientRect = () => ({ left: 100, width: 200 }) as DOMRect;
    fireEvent.pointerMove(plot, { clientX: 280 });
    const words = screen.getByText(/after 2.5/);
    expect(words.textContent).toBe('4.00\u00a0MB/s after 2.5\u00a0s');
    expect(words.style.top).toBe('8px');
    fireEvent.pointerMove(plot, { clientX: 160 });
    expect(screen.getByText(/after 1.0/).style.bottom).toBe('8px');
    fireEvent.pointerLeave(plot);
    expect(screen.queryByText(/after/)).toBeNull();
  });

  test('of a single measurement is no line', () => {
    const { container } = render(<Chart samples={samples.slice(0, 1)} />);
    expect(container.querySelector('svg')).toBeNull();
  });
});

test.each([
  [500, 4000, [1000, 2000, 3000, 4000]],
  [0, 61_000, [0, 15_000, 30_000, 45_000, 60_000]],
  [1000, 20 * 60_000, [5, 10, 15, 20].map((minutes) => minutes * 60_000)],
  [0, 20 * 3_600_000, [0, 4, 8, 12, 16, 20].map((hours) => hours * 3_600_000)],
])('the times between %d and %d ms are steps as a clock has', (from, to, times) => {
  expect(timesOf({ elapsedMs: from }, { elapsedMs: to })).toEqual(times);
});
