/** Colours of a text report. Each takes text and gives it back, dressed or not. */
export interface Painter {
  error(text: string): string;
  warning(text: string): string;
  /** Places and codes. */
  place(text: string): string;
  /** Line numbers and frames. */
  frame(text: string): string;
  /** Marks under related places. */
  related(text: string): string;
  /** The words `why` and `help`. */
  heading(text: string): string;
}

/** No colours: for files, pipes and tests. */
export const plainPainter: Painter = {
  error: (text) => text,
  warning: (text) => text,
  place: (text) => text,
  frame: (text) => text,
  related: (text) => text,
  heading: (text) => text,
};
