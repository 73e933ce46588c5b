/** Resolves once everything that ended in this turn of the event loop was heard of. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
