import { scaleLinear } from 'd3-scale';
import { memo, useDeferredValue, useState, type PointerEvent } from 'react';
import { bytes, duration } from '../../format.ts';
import { useRunTrace, type Sample } from '../../run-trace.ts';
import './throughput-chart.css';

/** Data per second since the import began; drawn after the counts, in turns of its own. */
export function ThroughputChart() {
  return <Chart samples={useDeferredValue(useRunTrace().samples)} />;
}

/**
 * Drawn anew only with a new sample: the rest of the screen changes ten times a second. Two paths and a few labels, placed
 * in percent: the browser fits them to the width, so nothing is measured and the first drawing holds up nothing.
 */
export const Chart = memo(function Chart({ samples }: { readonly samples: readonly Sample[] }) {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || samples.length < 2)
    return <p className="chart chart--empty">Drawn from the second measurement on.</p>;
  const most = Math.max(...samples.map(({ bytesPerSecond }) => bytesPerSecond));
  const x = scaleLinear([first.elapsedMs, last.elapsedMs], [0, 100]);
  const y = scaleLinear([0, Math.max(most, 1000)], [100, 0]).nice(2);
  const line = samples
    .map(({ elapsedMs, bytesPerSecond }) => `${x(elapsedMs).toFixed(2)} ${y(bytesPerSecond).toFixed(2)}`)
    .join('L');
  return (
    <figure className="chart" aria-label={`Data per second, at most ${bytes(most)}`}>
      <div className="chart__plot">
        {y.ticks(2).map((rate) => (
          <div key={rate} className="chart__rule" style={{ top: `${y(rate)}%` }}>
            <span className="chart__rate">{bytes(rate)}/s</span>
          </div>
        ))}
        <svg className="chart__drawing" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden>
          <path className="chart__area" d={`M0 100L${line}L100 100Z`} />
          <path className="chart__line" d={`M${line}`} />
        </svg>
        {timesOf(first, last).map((elapsedMs) => (
          <span key={elapsedMs} className="chart__time" style={{ left: `${x(elapsedMs)}%` }}>
            {axisTime(elapsedMs)}
          </span>
        ))}
        <Reading samples={samples} left={x} top={y} />
      </div>
    </figure>
  );
});

interface ReadingProps {
  readonly samples: readonly Sample[];
  /** Where a time and a rate are, in percent of the plot. */
  readonly left: (elapsedMs: number) => number;
  readonly top: (bytesPerSecond: number) => number;
}

/** What was measured where the pointer is. */
function Reading({ samples, left, top }: ReadingProps) {
  const [pointer, setPointer] = useState<number | null>(null);
  const follow = ({ currentTarget, clientX }: PointerEvent) => {
    const box = currentTarget.getBoundingClientRect();
    setPointer(((clientX - box.left) / box.width) * 100);
  };
  const sample = pointer === null ? undefined : nearest(samples, pointer, left);
  return (
    <div className="chart__pointer" onPointerMove={follow} onPointerLeave={() => setPointer(null)}>
      {sample === undefined ? null : (
        <Measured sample={sample} x={left(sample.elapsedMs)} y={top(sample.bytesPerSecond)} />
      )}
    </div>
  );
}

/** A mark on the line, and its words in the half that the line is not in. */
function Measured({ sample, x, y }: { readonly sample: Sample; readonly x: number; readonly y: number }) {
  const left = `${x}%`;
  const place = `chart__reading${x > 50 ? ' chart__reading--before' : ''}`;
  return (
    <>
      <div className="chart__at" style={{ left }} />
      <div className="chart__dot" style={{ left, top: `${y}%` }} />
      <p className={place} style={{ left, [y < 50 ? 'bottom' : 'top']: 8 }}>
        <strong>{bytes(sample.bytesPerSecond)}/s</strong> after {duration(sample.elapsedMs)}
      </p>
    </>
  );
}

function nearest(samples: readonly Sample[], at: number, left: ReadingProps['left']): Sample | undefined {
  const distance = ({ elapsedMs }: Sample): number => Math.abs(left(elapsedMs) - at);
  return samples.reduce<Sample | undefined>(
    (best, sample) => (best !== undefined && distance(best) <= distance(sample) ? best : sample),
    undefined,
  );
}

/** Times to write below the chart: steps as a clock has, at most six of them between the first and the last sample. */
export function timesOf(
  first: Pick<Sample, 'elapsedMs'>,
  last: Pick<Sample, 'elapsedMs'>,
): readonly number[] {
  const spanMs = last.elapsedMs - first.elapsedMs;
  const stepMs = stepsMs.find((step) => spanMs / step <= 6) ?? Math.ceil(spanMs / 6 / hourMs) * hourMs;
  const from = Math.ceil(first.elapsedMs / stepMs);
  const count = Math.floor(last.elapsedMs / stepMs) - from + 1;
  return Array.from({ length: count }, (_, index) => (from + index) * stepMs);
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const stepsMs = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * 1000),
  ...[1, 2, 5, 10, 15, 30, 60, 120].map((minutes) => minutes * minuteMs),
];

/** As short as it can be: these stand side by side. */
function axisTime(elapsedMs: number): string {
  if (elapsedMs < minuteMs) return `${elapsedMs / 1000}\u00a0s`;
  const hours = Math.floor(elapsedMs / hourMs);
  const minutes = (elapsedMs % hourMs) / minuteMs;
  if (hours === 0) return Number.isInteger(minutes) ? `${minutes}\u00a0min` : duration(elapsedMs);
  return minutes === 0 ? `${hours}\u00a0h` : `${hours}:${String(minutes).padStart(2, '0')}\u00a0h`;
}
