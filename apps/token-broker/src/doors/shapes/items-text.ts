/** As Fastify calls what it writes itself. */
export const jsonType = 'application/json; charset=utf-8';

const itemsEachTurn = 250;

/**
 * `{ items: [...] }` as JSON, of a list that has no pages. Some items are written in each turn of the event loop: however
 * many there are, nobody else waits for all of them.
 */
export async function itemsText<Item>(
  items: readonly Item[],
  answerOf: (item: Item) => object,
): Promise<string> {
  const texts: string[] = [];
  for (let from = 0; from < items.length; from += itemsEachTurn) {
    if (from > 0) await nextTurn();
    for (const item of items.slice(from, from + itemsEachTurn)) texts.push(JSON.stringify(answerOf(item)));
  }
  return `{"items":[${texts.join(',')}]}`;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
