import { edit, type FixMaker, removal, type Tokens } from "./fix.ts";

/** `;`: nothing, or a comma where a list is separated. */
export const semicolon: FixMaker = {
  codes: ["SAGA1026"],
  make(diagnostic, text, tokens) {
    if (separates(tokens(), diagnostic.span.start)) return edit(diagnostic, "Write `,` in place of `;`", ",", { safe: true });
    return removal(diagnostic, "Remove the `;`", text, { safe: true });
  },
};

/** Whether it stands between items that commas keep apart: in brackets, or between the names of an import. */
function separates(tokens: Tokens, at: number): boolean {
  const open: boolean[] = [];
  let before = "";
  for (const { image, startOffset } of tokens) {
    if (startOffset > at) return open.at(-1) === true && !/^[)\]}]/.test(image);
    if (image === "(" || image === "[") open.push(true);
    else if (image === "{") open.push(before === "import" || before === "type");
    else if (image === ")" || image === "]" || image === "}") open.pop();
    before = image;
  }
  return false;
}
