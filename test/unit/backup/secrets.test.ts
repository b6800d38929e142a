import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ArchiveWriter } from "../../../cli/backup/archive-writer";
import { readSecrets } from "../../../cli/backup/secrets";
import { useFolder, writeText } from "../../support/files";
import { runWithCompiler } from "../../support/with-compiler";

// To encrypt takes seconds, and so does each passphrase that is tried.
jest.setTimeout(180_000);

const folder = useFolder();
const env = "JWT_SECRET=canary-ä-1\nNEO4J_PASSWORD='two words'\n";

/** Made by https://github.com/FiloSottile/age 1.1.1, of `A=1` and `B="two words"`. */
const ofAge =
  "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCB3eEFNR1Z6Q3ZqUHlVam9RUVlOZ3BRIDE4CjRwMDRlZ3JHeFRGWEZrenppczFUU3lHamFrSXNLcGZUektIV29Sd21vZU0KLS0tIDYwK285U3QwQ1FVaGZ0V3E3NnVmWXk2LzFZNStTQVBLb3FrbWZaQk1rWWcKdEQRBiG/9EVyJR2iE0OoFi2fAkirBrriNdbc/kfUkCeko4kRChRgFa84yDLsWg78aTI=";

/** Tries passphrases on an archive; what each gives, or the code of its refusal and whether that has a secret. */
function tryOn(file: string, ...passphrases: readonly string[]): readonly string[] {
  const program = `
    const { unlock } = require("./cli/backup/secrets.ts");
    (async () => {
      const [file, ...passphrases] = process.argv.slice(1);
      const results = [];
      for (const each of passphrases)
        results.push(await unlock(file, { file: "env.age" }, each).then(String, (error) => error.shown));
      console.log(JSON.stringify(results));
    })();`;
  return JSON.parse(runWithCompiler(program, file, ...passphrases)) as readonly string[];
}

async function archive(name: string, content: Buffer): Promise<string> {
  const file = join(folder, name);
  const writer = await ArchiveWriter.create(file);
  writer.beginPart();
  writer.write(content);
  await writer.endPart("env.age");
  writer.finish({
    format: "kalisi-backup",
    formatVersion: 1,
    created: "2026-11-27T08:12:33.000Z",
    stack: "dev",
    versions: { neo4j: "5.26.28", redis: "8.0.2", project: "0.1.0", architecture: "x86_64" },
    settings: {},
    parts: [],
  });
  return file;
}

function locked(passphrase: string): Buffer {
  const program = `
    const { lock } = require("./cli/backup/secrets.ts");
    lock(process.argv[1], process.argv[2]).then((made) => console.log(Buffer.from(made).toString("base64")));`;
  return Buffer.from(runWithCompiler(program, env, passphrase), "base64");
}

test("what is encrypted is read with its passphrase alone, and damage is told from a wrong one", async () => {
  const content = locked("corrèct horse");
  expect(content.toString("latin1")).toMatch(/^age-encryption\.org\/v1\n-> scrypt \S+ 18\n/);
  expect(content.toString("latin1")).not.toMatch(/canary|two words|horse/);
  const file = await archive("ours.tar", content);
  const [right, wrong] = tryOn(file, "corrèct horse", "correct horse");
  expect(right).toBe(env);
  expect(wrong).toMatch(
    /^Nothing was changed: the passphrase does not open .*KALISI-BACKUP-LOCKED/,
  );
  expect(wrong).not.toContain("horse");
  content.writeUInt8(content.readUInt8(content.length - 1) ^ 1, content.length - 1);
  const [damaged] = tryOn(await archive("damaged.tar", content), "corrèct horse");
  expect(damaged).toContain("KALISI-BACKUP-DAMAGED");
});

test("what age itself has encrypted is read", async () => {
  const file = await archive("age.tar", Buffer.from(ofAge, "base64"));
  expect(tryOn(file, "corrèct horse")).toStrictEqual(['A=1\nB="two words"\n']);
});

test("the .env of the stack's own source tree is taken, and no backup made where there is none", () => {
  const tree = { source: { path: "tree" } } as Parameters<typeof readSecrets>[1];
  expect(() => readSecrets(folder, tree)).toThrow(/tree\/\.env.*KALISI-ENV-UNREADABLE/s);
  writeText(join(folder, "tree/Cargo.toml"), "");
  expect(() => readSecrets(folder, tree)).toThrow(/tree\/\.env.*KALISI-ENV-UNREADABLE/s);
  writeFileSync(join(folder, "tree/.env"), env);
  expect(readSecrets(folder, tree)).toStrictEqual({ name: "tree/.env", content: env });
  writeFileSync(join(folder, "other.env"), "A=b\n");
  expect(readSecrets(folder, { ...tree, envFile: "other.env" }).content).toBe("A=b\n");
});
