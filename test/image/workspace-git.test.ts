import type { TestContainer } from "../support/image/container";
import { nextImage, removeNextImages } from "../support/image/next-image";
import { ownContainers } from "../support/image/own-containers";
import { SourceImages } from "../support/image/source-images";

jest.setTimeout(300_000);

const list = "/workspace/.kalisi/conflicts";
const who = "git config user.name me; git config user.email me@localhost";

let sources: SourceImages;
const images: string[] = [];
const commits: string[] = [];
// Its containers go before the images below.
const start = ownContainers();

/** A container of the first image with what a script does in its clone; then of the second one. */
async function upgraded(script: string, last = 1) {
  const kalisi = await start({ autoStart: false, image: images[0] ?? "" });
  await kalisi.untilPrepared();
  const sh = (line: string) => kalisi.sh(`cd /workspace/source; ${line}`);
  await sh(script);
  for (const image of images.slice(1, last + 1)) {
    await kalisi.recreate({ image });
    await kalisi.untilPrepared();
  }
  return { kalisi, sh };
}

beforeAll(async () => {
  sources = new SourceImages();
  sources.write(".env", "JWT_SECRET=tracked\n");
  sources.write("a.txt", "one\n");
  sources.write("b.txt", "one\n");
  commits.push(sources.commit("one"));
  sources.git("branch", "secret-plans");
  sources.git(
    "remote",
    "add",
    "origin",
    "https://user:not-for-layers@git.localhost/kalisi.git?private_token=not-for-layers",
  );
  sources.git("config", "http.extraheader", "Authorization: Basic not-for-layers");
  sources.git("config", "branch.main.remote", "origin");
  sources.git("config", "branch.main.merge", "refs/heads/main");
  sources.git("update-ref", "refs/remotes/origin/main", "HEAD");
  images.push(await sources.build());
  sources.write("a.txt", "two\n");
  sources.write(".env", "JWT_SECRET=tracked too\n");
  sources.write("new.txt", "two\n");
  commits.push(sources.commit("two"));
  // As a developer's clone usually is: with work that is not committed yet.
  sources.write("b.txt", "uncommitted on the host\n");
  images.push(await sources.build());
});

afterAll(async () => {
  await removeNextImages();
  await sources.remove();
});

describe("the clone in the workspace", () => {
  let sh: (line: string) => Promise<string>;
  let kalisi: TestContainer;

  beforeAll(async () => {
    ({ sh, kalisi } = await upgraded("true", 0));
  });

  test("is clean, on its branch, with its history", async () => {
    expect(await sh("git status --short --branch")).toBe("## main...origin/main");
    expect(await sh("git log --format=%H")).toBe(commits[0]);
  });

  test("knows where it comes from, and no credentials", async () => {
    expect(await sh("git remote get-url origin")).toBe("https://git.localhost/kalisi.git");
    expect(await sh("git config branch.main.merge")).toBe("refs/heads/main");
    const { stdout } = await kalisi.run(
      "grep",
      "-rl",
      "not-for-layers",
      "/opt/bootstrap",
      "/workspace",
    );
    expect(stdout).toBe("");
  });

  test("has no other branch, and no hook", async () => {
    expect(
      await sh("git for-each-ref --format='%(refname)'; ls .git/hooks 2>/dev/null || true"),
    ).toBe("refs/heads/main\nrefs/kalisi/template\nrefs/remotes/origin/main");
  });
});

describe("after a newer image, the clone", () => {
  test("without changes is at the image's commit, with the image's files", async () => {
    const { sh } = await upgraded("true");
    expect(await sh("git rev-parse HEAD")).toBe(commits[1]);
    expect(await sh("git symbolic-ref HEAD")).toBe("refs/heads/main");
    expect(await sh("cat a.txt b.txt new.txt")).toBe("two\nuncommitted on the host\ntwo");
    expect(await sh("git status --short")).toBe("M b.txt");
    expect(await sh(`ls ${list} 2>&1 || true`)).toMatch(/No such file/);
    await sh("git fsck --no-dangling");
  });

  test("with a change elsewhere moves, and keeps the change, staged or not", async () => {
    const { sh } = await upgraded("echo mine >> README.md; echo mine > mine.txt; git add mine.txt");
    expect(await sh("git rev-parse HEAD")).toBe(commits[1]);
    expect(await sh("tail -n 1 README.md; cat mine.txt a.txt")).toBe("mine\nmine\ntwo");
    expect(await sh("git status --short")).toBe("M README.md\n M b.txt\nA  mine.txt");
  });

  test("with a change to what the image changes stays whole, and is listed", async () => {
    const { sh, kalisi } = await upgraded("echo mine > a.txt");
    expect(await sh("git rev-parse HEAD")).toBe(commits[0]);
    expect(await sh("cat a.txt b.txt; ls")).toMatch(/^mine\none\n(?![^]*new\.txt)/);
    expect(await sh(`grep -v '^#' ${list}`)).toBe(
      `source/: 1 file changed by you and by the image (a.txt); the image's is ${commits[1]?.slice(0, 7)}.` +
        " To take it over: cd /workspace/source && git merge refs/kalisi/template",
    );
    await kalisi.untilLogged(/^prepare: .* 1 in \/workspace\/\.kalisi\/conflicts/m);
    // Once it can move, it does, by itself.
    await sh("git checkout --quiet a.txt");
    await kalisi.recreate();
    await kalisi.untilPrepared();
    expect(await sh("git rev-parse HEAD; cat a.txt")).toBe(`${commits[1]}\ntwo`);
    expect(await sh(`ls ${list} 2>&1 || true`)).toMatch(/No such file/);
  });

  test("with commits of its own keeps them, and the user merges as the list says", async () => {
    const { sh, kalisi } = await upgraded(
      `${who}; echo mine > mine.txt; git add mine.txt; git commit --quiet -m mine; echo more >> README.md`,
    );
    expect(await sh("git log -1 --format=%s; tail -n 1 README.md; cat mine.txt a.txt")).toBe(
      "mine\nmore\nmine\none",
    );
    const [line = ""] = (await sh(`grep -v '^#' ${list}`)).split("\n");
    expect(line).toMatch(/^source\/: 1 commit and 1 changed file of yours; the image's is /);
    await sh(`${line.replace(/^.*To take it over: /, "")} --quiet --no-edit`);
    await kalisi.recreate();
    await kalisi.untilPrepared();
    expect(await sh("cat mine.txt a.txt; tail -n 1 README.md")).toBe("mine\ntwo\nmore");
    expect(await sh(`ls ${list} 2>&1 || true`)).toMatch(/No such file/);
  });

  test("with a branch of the user's stays on it", async () => {
    const { sh } = await upgraded("git switch --quiet --create topic");
    expect(await sh("git symbolic-ref HEAD; git rev-parse HEAD; cat a.txt")).toBe(
      `refs/heads/topic\n${commits[0]}\none`,
    );
    expect(await sh(`grep -v '^#' ${list}`)).toMatch(/^source\/: you are on branch topic; /);
  });

  test("in the middle of a merge is left alone", async () => {
    const { sh } = await upgraded(`git rev-parse HEAD > .git/MERGE_HEAD`);
    expect(await sh("git rev-parse HEAD; cat a.txt")).toBe(`${commits[0]}\none`);
    expect(await sh(`grep -v '^#' ${list}`)).toMatch(/^source\/: an unfinished merge/);
  });

  test("that is broken keeps nobody from starting", async () => {
    const { sh } = await upgraded("echo nonsense > .git/HEAD");
    expect(await sh("cat a.txt")).toBe("one");
    expect(await sh(`grep -v '^#' ${list}`)).toMatch(/^source\/: git fails on it/);
  });

  test("whose hook would run does not run it", async () => {
    const { sh } = await upgraded(`mkdir -p .git/hooks
      printf '#!/bin/sh\\ntouch /workspace/hook-ran\\n' > .git/hooks/reference-transaction
      chmod +x .git/hooks/reference-transaction`);
    expect(await sh("git -c core.hooksPath=/dev/null rev-parse HEAD")).toBe(commits[1]);
    expect(await sh("ls /workspace/hook-ran 2>&1 || true")).toMatch(/No such file/);
  });
});

describe("after an older image, as a rollback brings it, the clone", () => {
  /** A container of the second image with what a script does in its clone; then of the first one. */
  async function rolledBack(script: string) {
    const { kalisi, sh } = await upgraded("true");
    await sh(script);
    await kalisi.recreate({ image: images[0] ?? "" });
    await kalisi.untilPrepared();
    return sh;
  }

  test("without commits of its own goes back, and keeps other changes", async () => {
    const sh = await rolledBack("echo mine >> README.md");
    expect(await sh("git rev-parse HEAD; cat a.txt b.txt; ls new.txt 2>&1 || true")).toMatch(
      new RegExp(`^${commits[0]}\\none\\none\\nls: .*No such file`),
    );
    expect(await sh("git symbolic-ref HEAD; git status --short; tail -n 1 README.md")).toBe(
      "refs/heads/main\n M README.md\nmine",
    );
    expect(await sh(`ls ${list} 2>&1 || true`)).toMatch(/No such file/);
  });

  test("with a change to what the image changes stays whole, and goes back as the list says", async () => {
    const sh = await rolledBack("echo mine > a.txt");
    expect(await sh("git rev-parse HEAD; cat a.txt")).toBe(`${commits[1]}\nmine`);
    const line = await sh(`grep -v '^#' ${list}`);
    await sh("git checkout --quiet a.txt");
    await sh(`${line.replace(/^.*To take it over: /, "")} --quiet`);
    expect(await sh("git rev-parse HEAD; cat a.txt")).toBe(`${commits[0]}\none`);
  });

  test("with commits of its own keeps them", async () => {
    const sh = await rolledBack(`${who}; git commit --quiet --allow-empty -m mine`);
    expect(await sh("git log -1 --format=%s; cat a.txt")).toBe("mine\ntwo");
  });
});

test("without history, if the build is told so", async () => {
  const image = await sources.build("");
  const kalisi = await start({ autoStart: false, image });
  await kalisi.untilPrepared();
  expect(await kalisi.ask("ls", "-A", "source")).not.toMatch(/^\.git$/m);
  // An image that brings it later adds it, and what was there shows as changed.
  await kalisi.recreate({ image: images[1] ?? "" });
  await kalisi.untilPrepared();
  expect(await kalisi.sh("git -C source status --short")).toBe("M b.txt");
});

test("a clone that keeps the application in a folder of its own is there as a whole", async () => {
  const git = "git -C /tmp/context/source -c user.name=Host -c user.email=host@localhost";
  const image = await nextImage(`
    mkdir -p /tmp/context/source
    mv source /tmp/context/source/source
    ${git} init --quiet --initial-branch=main
    ${git} add --all
    ${git} commit --quiet --message=nested
    export SOURCE_HISTORY="commit $(${git} rev-parse HEAD)"$'\\nformat sha1\\nbranch refs/heads/main'
    bash /usr/local/lib/kalisi/build/tree.sh /tmp/context source/source source`);
  const kalisi = await start({ autoStart: false, image });
  await kalisi.untilPrepared();
  expect(await kalisi.sh("git -C source status --short")).toBe("");
  expect(await kalisi.sh("git -C source log --format=%s")).toBe("nested");
  expect(await kalisi.ask("ls", "-A", "source")).toBe(".git\nsource");
  // And start.sh finds the application in it: there is nothing to build.
  const { stdout, stderr, code } = await kalisi.startScript("--daemon");
  expect(stderr + stdout).not.toMatch(/building/);
  expect(code).toBe(0);
});
