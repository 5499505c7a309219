import { AreaChart } from '@mantine/charts';
import { memo, useDeferredValue } from 'react';
import { bytes, duration } from '../../format.ts';
import { useRunTrace, type Sample } from '../../run-trace.ts';

/** Data per second since the import began; drawn after the counts, in turns of its own. */
export function ThroughputChart() {
  return <Chart samples={useDeferredValue(useRunTrace().samples)} />;
}

/** Drawn anew only with a new sample: the rest of the screen changes ten times a second. */
const Chart = memo(function Chart({ samples }: { readonly samples: readonly Sample[] }) {
  if (samples.length < 2) return <p className="chart chart--empty">Drawn from the second measurement on.</p>;
  const points = samples.map(({ elapsedMs, bytesPerSecond }) => ({
    elapsed: elapsedMs / 1000,
    bytesPerSecond,
  }));
  const most = Math.max(...samples.map(({ bytesPerSecond }) => bytesPerSecond));
  return (
    <figure className="chart" aria-label={`Data per second, at most ${bytes(most)}`}>
      <AreaChart
        h="100%"
        data={points}
        dataKey="elapsed"
        series={[{ name: 'bytesPerSecond', label: 'Data per second', color: 'ink.5' }]}
        curveType="linear"
        withDots={false}
        withGradient={false}
        fillOpacity={0.14}
        strokeWidth={1.5}
        gridAxis="x"
        tickLine="none"
        valueFormatter={(value) => `${bytes(value)}/s`}
        xAxisProps={{
          allowDecimals: false,
          type: 'number',
          domain: ['dataMin', 'dataMax'],
          tickFormatter: (seconds: number) => axisTime(seconds),
          minTickGap: 64,
        }}
        yAxisProps={{ width: 76, tickCount: 3, domain: [0, 'auto'] }}
        tooltipProps={{
          isAnimationActive: false,
          labelFormatter: (seconds) => duration(Number(seconds) * 1000),
        }}
        areaChartProps={{ accessibilityLayer: false, margin: { top: 8 } }}
        areaProps={{ isAnimationActive: false }}
      />
    </figure>
  );
});

/** Whole seconds, however short. */
function axisTime(seconds: number): string {
  return seconds < 59.5 ? `${Math.round(seconds)}\u00a0s` : duration(seconds * 1000);
}
