import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { writeText } from "./files";

const lib = join(__dirname, "../../docker/rootfs/usr/local/lib/kalisi");

/** A text is a file; undefined is what is to go. */
export type Files = Readonly<Record<string, string | undefined>>;

/** A workspace in a folder of this machine, with the container's own programs that fill it. */
export class WatchedWorkspace {
  private readonly folder = mkdtempSync(join(tmpdir(), "kalisi-watched-"));
  readonly path = join(this.folder, "workspace");
  private readonly template = join(this.folder, "template");
  private readonly startStatus = join(this.folder, "start-status");

  /** @param files of the image's source tree */
  constructor(files: Files) {
    mkdirSync(join(this.path, ".kalisi"), { recursive: true });
    writeFileSync(this.startStatus, "0\n");
    this.start(files);
  }

  /** Starts with an image of these files, or with the former one. */
  start(files?: Files): string {
    if (files !== undefined) {
      rmSync(this.template, { recursive: true, force: true });
      writeText(
        join(this.template, "start.sh"),
        "#!/bin/sh\necho built >> built; cat source/words\n",
      );
      chmodSync(join(this.template, "start.sh"), 0o755);
      for (const [path, text = ""] of Object.entries(files)) {
        writeText(join(this.template, path), text);
      }
      const manifest = this.node("build/manifest.mjs", "template", this.template).stdout;
      writeFileSync(`${this.template}.manifest`, manifest);
    }
    const manifest = `${this.template}.manifest`;
    const { status, stdout, stderr } = this.node(
      "prepare/template.mjs",
      this.template,
      manifest,
      this.path,
    );
    if (status !== 0 || stderr !== "") throw new Error(stderr);
    return stdout;
  }

  /** Sends a batch to the program that npm run watch runs: what it answers, less what it says first. */
  async send(
    messages: readonly object[],
    build = false,
  ): Promise<readonly Record<string, unknown>[]> {
    const program = join(lib, "watch/receive.mjs");
    const child = spawn(process.execPath, [program, this.path, this.startStatus], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    for (const message of [...messages, { build }]) {
      child.stdin.write(`${JSON.stringify(message)}\n`);
    }
    const answers: Record<string, unknown>[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      const answer = JSON.parse(line) as Record<string, unknown>;
      if (!("files" in answer)) answers.push(answer);
      if (["built", "idle", "problem"].some((end) => end in answer)) child.stdin.end();
    }
    return answers;
  }

  /** Sends files as their texts: what was done with each. */
  async carry(files: Files): Promise<Record<string, unknown> | undefined> {
    const messages = Object.entries(files).flatMap(([path, text]) => messagesOf(path, text));
    return (await this.send(messages))[0];
  }

  stopServices(): void {
    writeFileSync(this.startStatus, "");
  }

  write(path: string, text: string): void {
    writeText(join(this.path, path), text);
  }

  /** A file's text; undefined where there is none. */
  read(path: string): string | undefined {
    const file = join(this.path, path);
    return existsSync(file) ? readFileSync(file, "utf8") : undefined;
  }

  /** The lines of the list of conflicts that name something. */
  conflicts(): readonly string[] {
    const lines = (this.read(".kalisi/conflicts") ?? "").split("\n");
    return lines.filter((line) => line !== "" && !line.startsWith("#"));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private node(program: string, ...args: readonly string[]) {
    return spawnSync(process.execPath, [join(lib, program), ...args], { encoding: "utf8" });
  }
}

/** What is sent of a file. */
export function messagesOf(path: string, text: string | undefined, program = false): object[] {
  if (text === undefined) return [{ gone: path }];
  return [{ file: path, program }, { data: Buffer.from(text).toString("base64") }];
}
