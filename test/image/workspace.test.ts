import { eventually } from "../support/eventually";
import { TestContainer, prepared } from "../support/image/container";
import { nextImage, removeNextImages } from "../support/image/next-image";
import { story } from "../support/story";

jest.setTimeout(300_000);

const step = story(300_000);

const template = "/opt/bootstrap/workspace-template";
const list = "/workspace/.kalisi/conflicts";

let kalisi: TestContainer;

const sh = (script: string) => kalisi.sh(script);

/** The lines of the list that name files. */
async function listed(): Promise<readonly string[]> {
  const lines = (await sh(`cat ${list} 2>/dev/null || true`)).split("\n");
  return lines.filter((line) => line !== "" && !line.startsWith("#"));
}

const starts = async () =>
  (await kalisi.log()).stdout.match(new RegExp(prepared, "gm"))?.length ?? 0;

async function startAgain(): Promise<void> {
  const before = await starts();
  await kalisi.stop();
  await kalisi.startAgain();
  await eventually(30, async () => ((await starts()) > before ? undefined : "not up"));
}

beforeAll(async () => {
  kalisi = await TestContainer.start({ autoStart: false });
  await kalisi.untilPrepared();
});

afterAll(async () => {
  await kalisi.remove();
  await removeNextImages();
});

step("the first start puts all of the template there, as kalisi's", async () => {
  expect(await sh(`diff -r --no-dereference --exclude=.kalisi ${template} . || true`)).toMatch(
    /^(Only in \.\/runtime: (\.env|logs)\n?)*$/,
  );
  // But for the folders on the way to the settings: image/planted-paths.
  expect(await kalisi.ask("find", "/workspace", "!", "-user", "kalisi", "!", "-name", ".env")).toBe(
    "/workspace\n/workspace/runtime",
  );
});

describe("after a newer image", () => {
  step("a file that nobody touched is the image's", async () => {
    await sh(`
      echo '# mine' >> status.sh
      rm stop.sh
      echo 'the same' > source/README.md
      echo '# mine' >> source/Cargo.toml
      echo 'mine' > source/notes.md
      echo 'mine' > source/taken.md
      chmod -x source/start.sh
      mkdir source/docs; echo mine > source/docs/mine.md
      echo '# mine' >> source/certs/openssl.conf`);
    const image = await nextImage(`
      echo '# newer' | tee -a start.sh status.sh stop.sh source/start.sh
      echo 'the same' > source/README.md
      echo 'newer' > source/taken.md
      mkdir -p source/tools
      printf '#!/bin/sh\\necho tool\\n' > source/tools/run
      chmod +x source/tools/run source/stop.sh source/.gitignore
      ln -s tools/run source/tool
      ln -sf nowhere source/dangling
      rm -r source/scripts source/certs`);
    await kalisi.recreate({ image });
    await kalisi.untilPrepared();
    expect(await sh("tail -n 1 start.sh")).toBe("# newer");
  });

  step("a file that is new in the image is there, and can be executed; a link is one", async () => {
    expect(await sh("source/tools/run; readlink source/tool; readlink source/dangling")).toBe(
      "tool\ntools/run\nnowhere",
    );
  });

  step("a file that can be executed from now on can be", async () => {
    expect(await sh("stat -c %A source/.gitignore")).toMatch(/^-rwx/);
  });

  step("a file that the image no longer has is gone, with its folder", async () => {
    expect(await sh("ls -d source/scripts 2>&1 || true")).toMatch(/No such file/);
  });

  step("what was edited stays, even if the image no longer has it", async () => {
    expect(
      await sh(
        "for f in status.sh source/Cargo.toml source/certs/openssl.conf; do tail -n 1 $f; done",
      ),
    ).toBe("# mine\n# mine\n# mine");
  });

  step("what was added stays", async () => {
    expect(await sh("cat source/notes.md source/taken.md source/docs/mine.md")).toBe(
      "mine\nmine\nmine",
    );
  });

  step("what was removed stays away", async () => {
    expect(await sh("ls stop.sh 2>&1 || true")).toMatch(/No such file/);
  });

  step("the list names exactly what both changed, and says what to do", async () => {
    expect(await listed()).toStrictEqual(["status.sh", "source/start.sh", "source/taken.md"]);
    const all = await sh(`cat ${list}`);
    expect(all).toMatch(/^# To take the image's: cp -P .*workspace-template\/PATH/m);
    await kalisi.untilLogged(/^prepare: .* 3 in \/workspace\/\.kalisi\/conflicts/m);
  });

  step("what is settled leaves the list, and the rest stays", async () => {
    await sh(`cp -P ${template}/status.sh status.sh; sed -i '/^source.start.sh$/d' ${list}`);
    await startAgain();
    expect(await listed()).toStrictEqual(["source/taken.md"]);
    // The line that was taken out means: mine is right.
    expect(await sh("stat -c %A source/start.sh")).toMatch(/^-rw-/);
  });

  step("removing the list settles all of it, and nothing changes", async () => {
    await sh(`rm ${list}`);
    await startAgain();
    expect(await sh(`ls ${list} 2>&1 || true; cat source/taken.md`)).toMatch(
      /No such file.*\nmine$/,
    );
  });

  step("the list stays settled until an image changes these files again", async () => {
    const image = await nextImage(
      "echo other > source/other.md; echo newest > source/taken.md",
      (await kalisi.inspect()).Image,
    );
    await kalisi.recreate({ image });
    await kalisi.untilPrepared();
    expect(await listed()).toStrictEqual(["source/taken.md"]);
    expect(await sh("cat source/other.md source/taken.md")).toBe("other\nmine");
  });
});
