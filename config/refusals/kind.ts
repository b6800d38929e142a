/** A kind of mistake or lack, for somebody who sees it for the first time. In Markdown, a line each. */
export interface Kind {
  /** What is wrong. */
  readonly cause: string;
  /** What to do about it. */
  readonly cure: string;
}

export type Kinds = Readonly<Record<`KALISI-${string}`, Kind>>;
