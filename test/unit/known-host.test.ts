import { join } from "node:path";
import { adviseOnHostKeys } from "../../cli/known-host";
import { goodKey } from "../support/project";
import { makeFolder, writeText } from "../support/files";

test("whoever has logged in there before is told how ssh takes other host keys", async () => {
  const { path, remove } = makeFolder();
  try {
    const file = join(path, "known_hosts");
    writeText(file, `[127.0.0.1]:2222 ${goodKey}\n`);
    expect(await adviseOnHostKeys(2222, file)).toStrictEqual([
      expect.stringMatching(/ssh-keygen -R '\[127\.0\.0\.1\]:2222'$/),
    ]);
    expect(await adviseOnHostKeys(2223, file)).toStrictEqual([]);
    expect(await adviseOnHostKeys(2222, join(path, "none"))).toStrictEqual([]);
  } finally {
    remove();
  }
});
