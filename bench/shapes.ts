/** Sagas to measure transitions of, as text. Each branch has three steps; what fails is the last step of the last branch. */

export interface Shape {
  readonly name: string;
  readonly text: string;
}

export const SHAPES: readonly Shape[] = [
  { name: "20 in sequence", text: saga("Sequence", Array.from({ length: 20 }, (_, at) => step(`s${at + 1}`)).join("")) },
  ...[5, 20, 64].map((branches) => ({ name: `${branches} branches of 3`, text: saga(`Branches${branches}`, group(branches)) })),
];

function saga(name: string, body: string): string {
  return `error Refused
service things { idempotent for 7d }
saga ${name} {
  timeout 1h
  input { id: string }
${body}}
`;
}

function group(branches: number): string {
  const lines = Array.from(
    { length: branches },
    (_, at) => `    branch n${at + 1} {\n${["a", "b", "c"].map((name) => step(`${name}${at + 1}`)).join("")}    }\n`,
  );
  return `  parallel {\n${lines.join("")}  }\n`;
}

function step(name: string): string {
  return `  step ${name} on things {
    input { input.id }
    output { value: string }
    throws Refused
    compensate un${name} { input { input.id, ${name}.value } }
  }
`;
}
