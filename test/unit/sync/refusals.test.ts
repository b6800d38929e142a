import { syncSource } from "../../../cli/source/sync";
import { useSyncedSource } from "../../support/synced-source";

const { upstream, source, sync, expectRefusal } = useSyncedSource();

describe("refused with a clear message", () => {
  test("a detached HEAD", async () => {
    source.git("switch", "--quiet", "--detach");
    await expectRefusal({ discard: true }, "is on no branch", "git -C source switch main");
  });

  test("another branch", async () => {
    source.git("switch", "--quiet", "--create", "mine");
    await expectRefusal({ discard: true }, "is on branch mine", "git -C source switch main");
  });

  test("a remote that does not answer", async () => {
    source.git("remote", "set-url", "origin", "http://me:secret@127.0.0.1:9/kalisi.git");
    await expectRefusal({}, "127.0.0.1", "was left as it is", "could not be fetched");
    const error: unknown = await sync().catch((reason: unknown) => reason);
    expect(String(error)).not.toContain("secret");
  });

  test("a remote that is gone, and a branch that it has not", async () => {
    await expectRefusal({ ref: "main", repository: "https://example.com/other.git" }, "set-url");
    upstream.git("branch", "--move", "main", "trunk");
    await expectRefusal({}, "branch main could not be fetched");
    source.git("remote", "remove", "origin");
    await expectRefusal({}, "has no remote origin");
  });

  test("a folder that is no clone of its own", async () => {
    upstream.write({ "inside/Cargo.toml": "[workspace]" });
    await expect(
      syncSource(upstream.path, { path: "inside", ref: "main", settings: [], discard: true }),
    ).rejects.toThrow("is not a clone of a repository of its own");
  });

  test.each(["--upload-pack=touch pwned", "-c", "a b", "a..b", "main:other", "@{-1}", ""])(
    "the branch %p",
    async (ref) => {
      await expectRefusal({ ref, discard: true }, "kalisi:source.ref", JSON.stringify(ref));
    },
  );

  test("a repository that git would take for an option", async () => {
    await expectRefusal({ repository: "--upload-pack=x" }, "kalisi:source.repository");
  });
});
