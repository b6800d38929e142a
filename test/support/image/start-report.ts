import { serviceNames, type TestContainer } from "./container";

/** The process of each service; all of them are up. */
export async function pidsOf(kalisi: TestContainer) {
  const all = await kalisi.pids();
  for (const pid of Object.values(all)) expect(pid).toMatch(/^\d+$/);
  return all;
}

/** What is installed, by content. */
const installedIn = (kalisi: TestContainer) =>
  kalisi.sh("find bin runtime/frontend/dist -type f -print0 | sort -z | xargs -0 sha256sum");

/** What start.sh did, besides what it prints. */
export async function startReport(kalisi: TestContainer, ...options: readonly string[]) {
  const before = { pids: await pidsOf(kalisi), installed: await installedIn(kalisi) };
  const { code, stdout, stderr } = await kalisi.startScript("--daemon", ...options);
  const after = { pids: await pidsOf(kalisi), installed: await installedIn(kalisi) };
  return {
    code,
    stderr,
    built: [...stdout.matchAll(/^start\.sh: building (.*)$/gm)].map(([, what]) => what),
    compiled: [...stderr.matchAll(/^ +Compiling (\S+)/gm)].map(([, crate]) => crate),
    restarted: serviceNames.filter((service) => before.pids[service] !== after.pids[service]),
    same: before.installed === after.installed,
    said: stderr.split("\n").filter((line) => line.startsWith("start.sh: ")),
  };
}

/** The report of a start that had nothing to do. */
export const nothing = { code: 0, built: [], compiled: [], restarted: [], same: true, said: [] };
