import { isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";

/**
 * Reads a file of JSON.
 *
 * @throws Error that says what is wrong in words, and nothing of what the file holds: it may have secrets, and V8 quotes
 * what is about the mistake: https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Errors/JSON_bad_parse
 */
export function readJson(path: string): unknown {
  const bytes = readFileSync(path);
  const text = bytes.toString();
  if (text.startsWith("\uFEFF")) {
    throw new Error("it begins with a byte order mark: save it as UTF-8 without one");
  }
  if (!isUtf8(bytes) || bytes.includes(0)) {
    throw new Error("it is not UTF-8 text");
  }
  if (text.trim() === "") {
    throw new Error("it is empty");
  }
  let position: string | undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    [, position] = /at position (\d+)/.exec((error as Error).message) ?? [];
  }
  const line = text.slice(0, Number(position)).split("\n").length;
  throw new Error(position === undefined ? "it is not JSON" : `it is not JSON: see line ${line}`);
}
