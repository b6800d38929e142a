// Writes what is in config/settings/schema/ into docs/configuration.md and Pulumi.yaml, which room imports which into
// docs/architecture.md, what is in config/refusals/ into docs/troubleshooting.md, and the names of secret files into
// docker/Dockerfile.dockerignore, in the current directory: `npm run docs`. With --check it writes nothing and fails where
// they are out of date.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format, getFileInfo, resolveConfig } from "prettier";
import { Document, visit } from "yaml";
import { drawRooms } from "./rooms";
import { ignoredSecrets } from "../config/files/secret-names";
import { refusals } from "../config/refusals";
import { declareKeys, describeKeys } from "../config/settings/describe";

const part = /(<!-- npm run docs: begin -->\n)[\s\S]*(<!-- npm run docs: end -->)/;
const ignoredPart = /(# npm run docs: begin\n)[\s\S]*(# npm run docs: end)/;
const declarations = /^config:\n[\s\S]*/m;

const generated: Readonly<Record<string, (text: string) => string>> = {
  "docs/configuration.md": (text) => withPart(text, keyTable()),
  "docs/architecture.md": (text) => withPart(text, drawRooms(join(__dirname, ".."))),
  "docs/troubleshooting.md": (text) => withPart(text, codeTables()),
  "docker/Dockerfile.dockerignore": (text) =>
    text.replace(
      ignoredPart,
      (_, begin: string, end: string) => `${begin}${ignoredSecrets().join("\n")}\n${end}`,
    ),
  "Pulumi.yaml": (text) => text.replace(declarations, () => yaml(declareKeys())),
};

function withPart(text: string, made: string): string {
  return text.replace(part, (_, begin: string, end: string) => `${begin}\n${made}\n\n${end}`);
}

function keyTable(): string {
  const header = ["key", "type", "environment", "default", "meaning"];
  const rows = describeKeys().map(({ key, type, environment, fallback, meaning }) => [
    `\`${key}\``,
    type,
    environment === "" ? "" : `\`${environment}\``,
    fallback,
    meaning,
  ]);
  return table(header, rows);
}

function codeTables(): string {
  return refusals
    .map(({ title, kinds }) => {
      const rows = Object.entries(kinds).map(([code, { cause, cure }]) => [
        `\`${code}\``,
        cause,
        cure,
      ]);
      return `### ${title}\n\n${table(["code", "cause", "cure"], rows.sort())}`;
    })
    .join("\n\n");
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, header.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`)
    .join("\n");
}

/** In quotes is what is more than one word: few know which of such texts YAML takes for something else. */
function yaml(config: object): string {
  const document = new Document({ config });
  visit(document, {
    Scalar: (_, node) => {
      if (typeof node.value === "string" && !/^[\w./-]+$/.test(node.value)) {
        node.type = "QUOTE_DOUBLE";
      }
    },
  });
  return document.toString({ lineWidth: 0 });
}

/** As prettier has it, where it knows the kind of file. */
async function formatted(path: string, text: string): Promise<string> {
  const { inferredParser } = await getFileInfo(path);
  return inferredParser === null
    ? text
    : format(text, { ...(await resolveConfig(__filename)), filepath: path });
}

async function main(check: boolean): Promise<void> {
  for (const [path, generate] of Object.entries(generated)) {
    const before = readFileSync(path, "utf8");
    const after = await formatted(path, generate(before));
    if (after === before) {
      continue;
    }
    if (check) {
      console.error(`${path} is out of date.\nUpdate it: npm run docs`);
      process.exitCode = 1;
    } else {
      writeFileSync(path, after);
      console.log(`${path}: updated`);
    }
  }
}

void main(process.argv.includes("--check"));
