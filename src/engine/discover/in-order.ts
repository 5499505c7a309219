/**
 * Does `work` for every item, at most `concurrency` at a time, and answers in the order of the items.
 *
 * The pull is the back-pressure: nothing is begun beyond `concurrency` items ahead of the reader. An error of
 * `work` or of `items` reaches the reader at its place; later work already begun is awaited by nobody and its
 * errors are dropped with it.
 */
export async function* inOrder<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  concurrency: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const begun: Promise<Result>[] = [];
  for await (const item of items) {
    const result = work(item);
    result.catch(() => undefined);
    begun.push(result);
    if (begun.length >= concurrency) yield await takeFirst(begun);
  }
  while (begun.length > 0) yield await takeFirst(begun);
}

function takeFirst<Result>(begun: Promise<Result>[]): Promise<Result> {
  const first = begun.shift();
  if (first === undefined) throw new Error('Nothing was begun.');
  return first;
}
