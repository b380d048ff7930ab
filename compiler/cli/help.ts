/** What stands below the options of a command's help. */

const EXIT_HELP = `
Exit codes: 0 fine; 1 errors in the sources, more warnings than --max-warnings, or what else was asked for and is not so: --check finds
files that would change, verify a broken law, simulate something off, diff a breaking change; 2 wrong use; 70 a bug in sagac.`;

export const GENERAL_HELP = `
Examples:
  $ sagac check                 all .saga files below the present folder
  $ sagac build sagas/          check them, and write what is made of them
  $ sagac build --help          all options of a command
${EXIT_HELP}`;

export const BUILD_HELP = `
Nothing is written while any source has errors, and no file that would not change. <saga>.steps.ts, beside the source, is
yours: it is made once, and later builds only insert what is missing.

Examples:
  $ sagac build
  $ sagac build sagas/order.saga --out-dir src/generated
  $ sagac build "sagas/**/*.saga" --max-warnings 0 --format json
  $ sagac build --check         in CI: is everything up to date?
${EXIT_HELP}`;

export const RELEASE_HELP = `
A saga ends on the version it began with, so a version that runs anywhere is released: its files go into a folder of their own, and a
line into saga.lock, both to be committed; no build changes them. What is released already stays as it is. Raise \`version\` for the next.

Examples:
  $ sagac release
  $ sagac release sagas/order.saga
  $ sagac release --retire PlaceOrder@1      when none of its sagas is left
${EXIT_HELP}`;

export const DIFF_HELP = `
Each change has its classes: in-flight (sagas under way cannot go on), wire (those who start a saga, signal it or read its result),
source (your own TypeScript), behaviour (what sagas do that begin from now on). Comments, layout and files do not count.

Examples:
  $ sagac diff --against main
  $ sagac diff --against generated/place-order.v1/place-order.plan.json sagas/order.saga
  $ sagac diff --against origin/main --format github --allow PlaceOrder:tag-removed
  $ sagac explain input-narrowed
${EXIT_HELP}`;

export const CHECK_HELP = `
Examples:
  $ sagac check
  $ sagac check sagas/order.saga --max-warnings 0
  $ sagac check --format json | jq '.diagnostics[].message'
${EXIT_HELP}`;

export const FORMAT_HELP = `
There is one layout and nothing to configure. Words and comments stay, in their order; braces stay on one line where they fit and
where their first entry stands behind them. A declaration with a syntax error is left as it is.

Examples:
  $ sagac format
  $ sagac format --check        in CI: is everything formatted?
  $ sagac format --diff sagas/order.saga
  $ sagac format --stdin-filepath order.saga < order.saga
${EXIT_HELP}`;

export const VERIFY_HELP = `
Success, each declared error, silence, an answer that does not fit, time-outs, a cancel at any time, the deadline, dying workers,
and all that a person can say: whatever happens, in whatever order, the laws must hold. A broken law is told by the shortest
story that breaks it, and the exit code is 1. What the budget cuts off is said.

Examples:
  $ sagac verify
  $ sagac verify sagas/order.saga --max-states 1000000 --seconds 600
  $ sagac verify --format json | jq '.sagas[].coverage'
${EXIT_HELP}`;

export const SIMULATE_HELP = `
An outcome is success, unknown (it breaks off), lost-answer (it happened, and the answer is lost), timeout, hang, the name of an
error that the step declares, with its data where you like, or the output as JSON; @30s says how long it takes. What is not
scripted succeeds, or goes at random with --seed or --runs. The exit code is 1 when anything is off: an effect that stands
although the saga is compensated, an undo that came too early, a saga that does not end.

Examples:
  $ sagac simulate sagas/order.saga
  $ sagac simulate sagas/order.saga --outcome payments.authorizePayment=unknown,PaymentDeclined
  $ sagac simulate sagas/order.saga --outcome 'stock.reserve={"id":"r-1"}@20s' --cancel-at 10s
  $ sagac simulate sagas/order.saga --runs 1000      then one of them again: --seed 17
  $ sagac simulate sagas/order.saga --crash
  $ sagac simulate sagas/loan.saga --signal 'approval={"approved":true}@2d'
${EXIT_HELP}`;

export const GRAPH_HELP = `
Mermaid is drawn by GitHub and others inside Markdown, SVG by anything that shows pictures. Nothing is drawn while any source has errors.

Examples:
  $ sagac graph sagas/order.saga
  $ sagac graph --saga PlaceOrder --format svg > order.svg
  $ sagac graph --out-dir docs/graphs
${EXIT_HELP}`;

export const DOCS_HELP = `
For those who run a saga, serve its steps or start it. What stands behind /// in the source is told where it belongs. Nothing is
written while any source has errors.

Examples:
  $ sagac docs sagas/order.saga
  $ sagac docs --saga PlaceOrder > order.md
  $ sagac docs --out-dir docs/sagas
${EXIT_HELP}`;

export const INIT_HELP = `
Asks nothing. Files that are there already stay as they are.

Examples:
  $ sagac init
  $ sagac init shop --template order
${EXIT_HELP}`;
