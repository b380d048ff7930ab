/**
 * A column as a parameter. One with texts goes in Postgres's binary form of `text[]`: nothing is escaped here, and nothing taken apart there. All others
 * are left to `pg`.
 */
export function columnParameter(column: readonly unknown[]): unknown {
  return column.some((value) => typeof value === "string") ? textArray(column as readonly (string | null)[]) : column;
}

/** Dimensions, whether there is a null, the type, length and first index; then of each element its length (-1: null) and its bytes. `array_recv`. */
function textArray(texts: readonly (string | null)[]): Buffer {
  const lengths = texts.map((text) => (text === null ? -1 : Buffer.byteLength(text, "utf8")));
  const bytes = lengths.reduce((sum, length) => sum + 4 + Math.max(0, length), HEAD_BYTES);
  const buffer = Buffer.allocUnsafe(bytes);
  let at = 0;
  const put = (value: number): void => {
    at = buffer.writeInt32BE(value, at);
  };
  for (const value of [1, lengths.includes(-1) ? 1 : 0, OID_OF_TEXT, texts.length, 1]) put(value);
  for (const [index, text] of texts.entries()) {
    put(lengths[index] ?? -1);
    if (text !== null) at += buffer.write(text, at, "utf8");
  }
  return buffer;
}

const HEAD_BYTES = 20;
const OID_OF_TEXT = 25;
