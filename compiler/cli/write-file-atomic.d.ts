/** The part of `write-file-atomic` that we use; the package brings no types. */
declare module "write-file-atomic" {
  function writeFileAtomic(
    path: string,
    data: string,
    options?: { readonly encoding?: "utf8"; readonly fsync?: boolean },
  ): Promise<void>;
  export = writeFileAtomic;
}
