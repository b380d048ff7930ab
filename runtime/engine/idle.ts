/** Those that wait until nothing is under way. */
export class IdleWaiters {
  #waiters: readonly { readonly isIdle: () => boolean; readonly resolve: () => void }[] = [];

  /** Resolves when it is so, now or at a later `check`. */
  until(isIdle: () => boolean): Promise<void> {
    if (isIdle()) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiters = [...this.#waiters, { isIdle, resolve }];
    });
  }

  /** Something that was under way has ended. */
  check(): void {
    if (this.#waiters.length === 0) return;
    const waiters = this.#waiters;
    this.#waiters = waiters.filter(({ isIdle }) => !isIdle());
    for (const waiter of waiters) if (!this.#waiters.includes(waiter)) waiter.resolve();
  }
}
