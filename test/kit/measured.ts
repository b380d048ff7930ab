import type { Meter } from "@opentelemetry/api";
import { DataPointType, MeterProvider, MetricReader } from "@opentelemetry/sdk-metrics";

/** A meter of a real SDK, and its figures in memory. */
export interface Measured {
  readonly meter: Meter;
  readonly provider: MeterProvider;
  /** What it has now, sorted: `name{attribute=value, …}` and the figure; of a histogram how many were recorded, and their sum. */
  read(): Promise<Readonly<Record<string, Figure>>>;
}

export type Figure = number | { readonly count: number; readonly sum: number };

export function measured(): Measured {
  const reader = new PullReader();
  const provider = new MeterProvider({ readers: [reader] });
  const meter = provider.getMeter("test");
  return {
    meter,
    provider,
    async read() {
      const { resourceMetrics, errors } = await reader.collect();
      if (errors.length > 0) throw new AggregateError(errors);
      const figures: [string, Figure][] = [];
      for (const metric of resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics)) {
        for (const { attributes, value } of metric.dataPoints) {
          const named = Object.entries(attributes).map(([key, its]) => `${key}=${String(its)}`);
          const name = `${metric.descriptor.name}{${named.join(", ")}}`;
          if (typeof value === "number") figures.push([name, value]);
          else if (metric.dataPointType === DataPointType.HISTOGRAM)
            figures.push([name, { count: value.count, sum: value.sum ?? 0 }]);
        }
      }
      return Object.fromEntries(figures.sort(([a], [b]) => (a < b ? -1 : 1)));
    },
  };
}

class PullReader extends MetricReader {
  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }

  protected override onShutdown(): Promise<void> {
    return Promise.resolve();
  }
}
