import { parse } from "dotenv";
import { parseEnv } from "node:util";
import type { Problem } from "../errors";

/** A setting of a `.env` file. */
export interface EnvFileEntry {
  readonly name: string;
  /** The number of its line. */
  readonly line: number;
  readonly value: string;
}

/** A line that is wrong; what it holds may be a secret, so only its number is reported. */
export interface EnvFileLineProblem extends Pick<Problem, "code" | "problem" | "fix"> {
  readonly line: number;
}

/**
 * Reads a `.env` file by lines, and finds those that one parser or another would skip silently or read
 * otherwise. The container's own check is docker/rootfs/usr/local/lib/kalisi/parse-env.mjs: what passes here
 * passes there, and means the same. test/unit/env-file/container.test.ts holds them together.
 *
 * @returns isReadable: whether the entries mean anything; not where the whole file is of another kind
 */
export function readEnvFileLines(content: string): {
  readonly entries: readonly EnvFileEntry[];
  readonly problems: readonly EnvFileLineProblem[];
  readonly isReadable: boolean;
} {
  if (content.startsWith("\uFEFF")) {
    return { entries: [], problems: [{ line: 1, ...marked }], isReadable: false };
  }
  const problems: EnvFileLineProblem[] = [];
  const entries: EnvFileEntry[] = [];
  const lines = content.split(/\r?\n/);
  for (let at = 0; at < lines.length; at += 1) {
    const first = lines[at]?.trim() ?? "";
    if (first === "" || first.startsWith("#")) {
      continue;
    }
    const [, name, text] = /^(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*)$/.exec(first) ?? [];
    if (name === undefined || text === undefined) {
      problems.push({ line: at + 1, ...skipped });
      continue;
    }
    const end = lastLine(lines, at, text);
    if (end === undefined) {
      problems.push({ line: at + 1, ...unclosed });
      continue;
    }
    const raw = lines.slice(at, end + 1).join("\n");
    const value = parseEnv(raw)[name];
    if (value === undefined || value !== parse(raw)[name] || isCut(text)) {
      problems.push({ line: at + 1, ...readDifferently });
    }
    entries.push({ name, line: at + 1, value: value ?? "" });
    at = end;
  }
  return { entries, problems, isReadable: true };
}

const marked = {
  code: "KALISI-ENV-BYTE-ORDER-MARK",
  problem: "begins with a byte order mark, which becomes part of the first name",
  fix: "save it as UTF-8 without one",
} as const;

const skipped = {
  code: "KALISI-ENV-LINE",
  problem: "expected NAME=value; it would be skipped silently",
  fix: "correct the line, or put # before it",
} as const;

const unclosed = {
  code: "KALISI-ENV-LINE",
  problem: "the quote is not closed",
  fix: "close it",
} as const;

const readDifferently = {
  code: "KALISI-ENV-AMBIGUOUS",
  problem: "programs read this value differently",
  fix: "put all of the value into one pair of quotes of a kind that it does not hold",
} as const;

const quotes = ["'", '"', "`"];

/** The last line of a value: a quoted one may go over several. */
function lastLine(lines: readonly string[], at: number, text: string): number | undefined {
  const quote = text[0] ?? "";
  if (!quotes.includes(quote) || text.indexOf(quote, 1) > 0) {
    return at;
  }
  const end = lines.findIndex((later, index) => index > at && later.includes(quote));
  return end === -1 ? undefined : end;
}

/** Outside of quotes Node and dotenv end a value at a `#`; bash and Rust do so after a blank only. */
function isCut(text: string): boolean {
  return !quotes.includes(text[0] ?? "") && /[^\s#]#/.test(text.replace(/\s#.*$/, ""));
}
