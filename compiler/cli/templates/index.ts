import type { TemplateName } from "../options.ts";
import { minimal } from "./minimal.ts";
import { order } from "./order.ts";

/** What `sagac init` begins a project with. */
export interface Template {
  /** The sources, by path from the new folder. */
  readonly sources: Readonly<Record<string, string>>;
}

export const TEMPLATES = { minimal, order } as const satisfies Record<TemplateName, Template>;

/** A saga of one step that is undone and one that is not, to begin with. `name`: in Pascal case. */
export function newSaga(name: string): string {
  return `service someService { idempotent for 1d }

/// What it does, in a sentence.
saga ${name} {
  version 1
  timeout 1h

  input { id: uuid }

  step reserve on someService {
    input { input.id }
    output { reservation: string }
    timeout 5s
    compensate release { input { input.id } }
  }

  /// The point of no return: from here on it is carried out.
  pivot step carryOut on someService {
    input { reserve.reservation }
    timeout 5s
  }
}
`;
}
