/**
 * `npm run mutants`: breaks what the emitter writes in every way of the table, and shows by which law `sagac verify` catches each. Exit code 1
 * if one is not caught, or if one that is held for equivalent is. `-- <words>`: only mutants whose name has them.
 */
import { hunt } from "./hunt.ts";
import { MUTANTS } from "./mutants.ts";

const words = process.argv.slice(2).join(" ");
const mutants = MUTANTS.filter(({ name }) => name.includes(words));
const wrong: string[] = [];
for (const mutant of mutants) {
  const { caught, states } = await hunt(mutant).catch((error: unknown) => {
    throw new Error(mutant.name, { cause: error });
  });
  const by =
    caught === null
      ? `not caught${mutant.equivalent === undefined ? "" : `: ${mutant.equivalent}`}`
      : `${caught.law} (after ${states} states, ${caught.story.length} events)`;
  process.stdout.write(`${mutant.of.padEnd(7)} ${mutant.name.padEnd(78)} ${by}\n`);
  if ((caught === null) !== (mutant.equivalent !== undefined)) wrong.push(mutant.name);
}
const equivalent = mutants.filter((mutant) => mutant.equivalent !== undefined).length;
process.stdout.write(
  `\n${mutants.length} mutants: ${mutants.length - equivalent} to be caught, ${equivalent} equivalent; ${wrong.length} wrong\n`,
);
for (const name of wrong) process.stdout.write(`  ${name}\n`);
process.exitCode = wrong.length > 0 ? 1 : 0;
