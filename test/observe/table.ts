import { INSTRUMENTS, type Instrument } from "../../runtime/observe/metrics.ts";

/** The table of instruments as docs/operations.md has it. */
export function tableOfInstruments(): readonly string[] {
  return Object.values(INSTRUMENTS).map((instrument) => {
    const attributes = instrument.attributes.map((name) => `\`${labelOf(name)}\``).join(", ") || "none";
    return `| \`${prometheusName(instrument)}\` | ${KINDS[instrument.kind]} | ${attributes} | ${instrument.description} |`;
  });
}

/** As Prometheus has it, by its own exporter and by others. */
export function prometheusName({ name, kind }: Instrument): string {
  return `${labelOf(name)}${kind === "counter" ? "_total" : ""}`;
}

/** Every series that there is of it. */
export function seriesOf(instrument: Instrument): readonly string[] {
  const name = prometheusName(instrument);
  return instrument.kind === "histogram" ? ["_bucket", "_count", "_sum"].map((end) => `${name}${end}`) : [name];
}

export function labelOf(name: string): string {
  return name.replaceAll(".", "_");
}

const KINDS = { counter: "counter", histogram: "histogram", upDownCounter: "gauge, adds up", gauge: "gauge" } as const;
