import { Transform, type TransformCallback } from "node:stream";

const words = "command terminated with exit code ";
const wholeLine = new RegExp(`^${words}(\\d{1,3})\\n?$`);
const longestLine = words.length + "255\n".length;

/**
 * Takes the line by which `kubectl exec` tells how a program has ended out of what else it writes to stderr, its last one.
 * All other text goes on at once, as it may be a question without an end of line.
 */
export class ExitLine extends Transform {
  /** How the program has ended; undefined where kubectl has not said so. */
  code: number | undefined;

  /** What may be that line, or its beginning. */
  private held = "";

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    // A byte each: a character may come in two pieces.
    const all = this.held + chunk.toString("latin1");
    const at = beginOf(all);
    this.held = all.slice(at);
    done(null, Buffer.from(all.slice(0, at), "latin1"));
  }

  override _flush(done: TransformCallback): void {
    const [, code] = wholeLine.exec(this.held) ?? [];
    if (code !== undefined) {
      this.code = Number(code);
      done();
    } else {
      done(null, Buffer.from(this.held, "latin1"));
    }
  }
}

function beginOf(text: string): number {
  for (let at = Math.max(0, text.length - longestLine); at < text.length; at += 1) {
    const rest = text.slice(at);
    if (words.startsWith(rest) || wholeLine.test(rest)) return at;
  }
  return text.length;
}
