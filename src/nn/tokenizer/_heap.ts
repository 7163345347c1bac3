/** A binary min-heap of numbers. */

export interface Heap {
  push(key: number): void;
  /** Removes and returns the least key; undefined when there is none. */
  pop(): number | undefined;
}

export function createHeap(): Heap {
  const keys: number[] = [];
  return {
    push: (key) => {
      let at = keys.length;
      keys.push(key);
      while (at > 0) {
        const parent = (at - 1) >> 1;
        if (keys[parent]! <= key) break;
        keys[at] = keys[parent]!;
        at = parent;
      }
      keys[at] = key;
    },
    pop: () => {
      const least = keys[0];
      const last = keys.pop();
      if (least === undefined || last === undefined || keys.length === 0) return least;
      let at = 0;
      for (;;) {
        let child = 2 * at + 1;
        if (child >= keys.length) break;
        if (child + 1 < keys.length && keys[child + 1]! < keys[child]!) child++;
        if (keys[child]! >= last) break;
        keys[at] = keys[child]!;
        at = child;
      }
      keys[at] = last;
      return least;
    },
  };
}
