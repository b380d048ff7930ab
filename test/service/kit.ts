import type { CheckedWorkspace } from "../../compiler/service/diagnostics.ts";
import { createDocument, type Document } from "../../compiler/service/document.ts";
import { failure, success } from "../../compiler/source/source-set.ts";

export interface MemoryWorkspace extends CheckedWorkspace {
  open(path: string): Document;
  /** Another text, as if it had been typed; `null`: the file is deleted. */
  write(path: string, text: string | null): void;
}

/** Files in memory, as an editor has them open. */
export function workspaceOf(files: Readonly<Record<string, string>>): MemoryWorkspace {
  const documents = new Map(Object.entries(files).map(([path, text]) => [path, createDocument(path, text)]));
  const document = (path: string): Document | null => documents.get(path) ?? null;
  return {
    document,
    paths: () => [...documents.keys()].filter((path) => path.endsWith(".saga")).sort(),
    read(path) {
      const text = document(path)?.text;
      return text === undefined ? failure(path, "missing", `There is no file \`${path}\`.`) : success(path, text);
    },
    open(path) {
      const found = document(path);
      if (found === null) throw new Error(`there is no ${path}`);
      return found;
    },
    write(path, text) {
      if (text === null) documents.delete(path);
      else documents.set(path, createDocument(path, text));
    },
  };
}

/** A text with the cursor at `¦`. */
export function cursor(marked: string): { readonly text: string; readonly offset: number } {
  const offset = marked.indexOf("¦");
  if (offset < 0) throw new Error("there is no ¦");
  return { text: marked.replace("¦", ""), offset };
}

export const SHARED = `/// What was bought.
type Item = { sku: string, price: { amount: int } }
error SoldOut { sku: string }
service till { idempotent for 7d }
signal paid { by: string }
saga Refund { timeout 1h  input { id: uuid }  readonly step look on till { } }
`;

export const ORDER = `import { Item, SoldOut as Gone, till, paid, Refund } from "./shared.saga"

/// Sells.
saga Sell {
  timeout 1d
  input { id: uuid, items: Item[], first: Item }

  /// Takes the money.
  step charge on till {
    input { input.id }
    output { receipt: string, at: datetime }
    throws Gone
    compensate refund
  }
  let total = input.first.price
  foreach item in input.items as sold {
    readonly step look on till { input { item.sku, total } }
  }
  await paid where paid.by == "you" timeout 1h on timeout fail Gone { sku: charge.receipt }
  call Refund as back { input { total } }
  output { charge.receipt, total }
}
`;

export const FILES = { "shop/order.saga": ORDER, "shop/shared.saga": SHARED };
