/** Sources for tables: what is not of interest is sound, so that marks stand where the mistake is. */

const SERVICES = ["inventory", "payments", "shipping"];

/** A saga around statements; services are declared that the statements name, so that there is no warning either. */
export function saga(
  statements: string,
  options: { readonly head?: string; readonly before?: string; readonly input?: string } = {},
): string {
  const { head = "", before = "", input = "orderId: uuid" } = options;
  const all = before + statements;
  const services = SERVICES.filter(
    (name) => all.includes(`on ${name}`) && !all.includes(`service ${name}`) && !all.includes(`service «${name}`),
  );
  return `${services.map((name) => `service ${name} { idempotent for 7d }\n`).join("")}${before}
saga Order {
  version 1
  timeout 1h
  input { ${input} }
  ${head}
${statements}
}
`;
}

/** A sound step before the pivot. */
export function step(name: string, clauses = "", service = "inventory"): string {
  return `step ${name} on ${service} { input { input.orderId } ${clauses} compensate release }\n`;
}

export const PIVOT = "pivot step capture on payments { input { input.orderId } }\n";
