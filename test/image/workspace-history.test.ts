import { inImage } from "../support/image/in-image";

const tree = "/tmp/context/source";

/**
 * Makes a repository again as the image's build does, from its objects alone; what is said of it then.
 *
 * @param clone commands that make /tmp/clone of /tmp/all, which has the commits one and two
 * @param damage a command that is run in the build context
 */
function madeAgain(clone: string, format = "sha1", damage = "true"): Promise<string> {
  return inImage(
    ...[process.env["KALISI_TEST_IMAGE_ID"] ?? "", "bash", "-euc"],
    `git config --global user.name me; git config --global user.email me@localhost
     git init --quiet --initial-branch=main --object-format=${format} /tmp/all; cd /tmp/all
     for name in one two; do echo $name > a; git add a; git commit --quiet --message=$name; done
     ${clone}; cd /tmp/clone
     mkdir -p ${tree}/.git; cp a ${tree}; cp -r .git/objects ${tree}/.git
     if [ -e .git/shallow ]; then cp .git/shallow ${tree}/.git; fi
     branch=$(git symbolic-ref --quiet HEAD || true)
     export SOURCE_HISTORY="format ${format}"$'\\n'"commit $(git rev-parse HEAD)\${branch:+$'\\n'branch $branch}"
     cd ${tree}; ${damage}
     bash /usr/local/lib/kalisi/build/tree.sh /tmp/context source /tmp/made
     cd /tmp/made; git reset --quiet; git status --short; git fsck --no-dangling --no-progress
     git symbolic-ref --quiet HEAD || echo no branch; git --no-pager log --format=%s`,
  );
}

test.each([
  ["a shallow clone", "git clone --quiet --depth=1 file:///tmp/all /tmp/clone", "sha1", "two"],
  ["longer hashes", "git clone --quiet /tmp/all /tmp/clone", "sha256", "two\none"],
])("%s: the workspace's repository is made from objects alone", async (_, clone, format, log) => {
  expect(await madeAgain(clone, format)).toBe(`refs/heads/main\n${log}`);
});

test("a clone that is on no branch gives one that is on none", async () => {
  const clone = "git clone --quiet /tmp/all /tmp/clone; git -C /tmp/clone switch --quiet --detach";
  expect(await madeAgain(clone)).toBe("no branch\ntwo\none");
});

test("a clone of which objects are missing fails the build, with what to do", async () => {
  const clone = "git clone --quiet --no-local /tmp/all /tmp/clone";
  const said = await madeAgain(clone, "sha1", "rm .git/objects/pack/*.pack");
  expect(said.split("\n").at(-1)).toBe(
    "tree.sh: the source tree's history cannot be copied whole: repair the clone (git fsck), or set kalisi:source.git to false",
  );
});
