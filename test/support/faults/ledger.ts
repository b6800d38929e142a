/** What is written, and so what can be lost: {@link file://./inside.mjs} says what each is. */
export const kinds = ["neo4j", "set", "xadd", "incr"] as const;

type Kind = (typeof kinds)[number];

/** The writes that were acknowledged, as their writer's lines name them. */
export class Ledger {
  private readonly ids: Readonly<Record<Kind, Set<string>>> = {
    neo4j: new Set(),
    set: new Set(),
    xadd: new Set(),
    incr: new Set(),
  };
  /** Those that were given twice: a counter that went back gives a number again. */
  private readonly twice: string[] = [];
  /** What went wrong with those that were not acknowledged, in the order in which it was told. */
  readonly errors: string[] = [];

  /** Takes a line of the writer's. */
  add(line: string): void {
    const [, kind = "", id = ""] = /^(\w+) (\S+)$/.exec(line) ?? [];
    if (isKind(kind)) {
      if (this.ids[kind].has(id)) this.twice.push(line);
      this.ids[kind].add(id);
    } else {
      // Of the writer, or of the Engine, which says here why it could not run it.
      this.errors.push(line.replace(/^error /, ""));
    }
  }

  /** How many of each kind there are. */
  get counts(): Readonly<Record<Kind, number>> {
    const { neo4j, set, xadd, incr } = this.ids;
    return { neo4j: neo4j.size, set: set.size, xadd: xadd.size, incr: incr.size };
  }

  get total(): number {
    return Object.values(this.counts).reduce((sum, count) => sum + count, 0);
  }

  /** A copy that does not grow: of what has been acknowledged by now. */
  now(): Ledger {
    const copy = new Ledger();
    for (const kind of kinds) for (const id of this.ids[kind]) copy.ids[kind].add(id);
    copy.twice.push(...this.twice);
    return copy;
  }

  /** Which of these writes are not among those that the stores have. */
  lostFrom(stores: Ledger): readonly string[] {
    const counted = Math.max(0, ...[...stores.ids.incr].map(Number));
    return [
      ...this.twice,
      ...kinds.flatMap((kind) =>
        [...this.ids[kind]]
          .filter((id) => (kind === "incr" ? Number(id) > counted : !stores.ids[kind].has(id)))
          .map((id) => `${kind} ${id}`),
      ),
    ];
  }
}

function isKind(word: string): word is Kind {
  return kinds.some((kind) => kind === word);
}
