import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Docker from "dockerode";
import { dockerCommand } from "../../config/engine/docker-command";
import { dockerClient } from "../../config/engine/client";
import { hasImage } from "../../config/engine/images";
import { follow } from "../../config/engine/progress";
import { credentialsForImage } from "../../config/engine/registry-credentials";
import { engineMessage } from "../../config/engine/message";
import type { MachineProfile } from "../../config/machine-profile";
import { isInstalled, run } from "../process";
import { UserError } from "../user-error";
import { aptInstall, isDebianLike, isRoot } from "./engine";
import type { Report } from "./report";

/** What docker/build/apt.sh leaves out of the packages that are installed later: translations and manuals. */
const leftOut = ["locale", "man", "info"].map((folder) => `./usr/share/${folder}/*`);

export type BaseImageChoice = Required<Pick<MachineProfile, "baseImages" | "from">>;

/** Debian 13, which has every tool of the image among its packages. */
const debianSuite = "trixie";
const debianImage = { repo: "kalisi/debian", tag: debianSuite };
const debianImageName = `${debianImage.repo}:${debianImage.tag}`;

/**
 * Takes the official base images where a registry answers, else makes a Debian one and gives it to the Engine.
 *
 * @param uri the Engine's address
 * @param recorded an earlier choice: it is valid for every Engine, as it decides what a stack is made of
 */
export async function ensureBaseImages(
  root: string,
  uri: string,
  recorded: Pick<MachineProfile, "baseImages" | "from">,
  report: Report,
): Promise<BaseImageChoice> {
  const docker = dockerClient(uri);
  const official = defaultBaseImage(root);
  const isDebian = recorded.baseImages?.base === debianImageName;
  if (!isDebian && ((await hasImage(docker, official)) || (await pull(docker, official)))) {
    report("Base images", "the official ones", `${official} is available`);
    return { baseImages: {}, from: { rust: "official", node: "official", neo4j: "official" } };
  }
  await ensureDebianImage(docker, uri, report);
  return {
    baseImages: { base: debianImageName },
    from: { rust: "debian", node: "debian", neo4j: "maven" },
  };
}

/** Whether a recorded choice is still valid on this Engine. */
export async function areBaseImagesThere(
  docker: Docker,
  choice: Pick<MachineProfile, "baseImages" | "from">,
): Promise<boolean> {
  return (
    choice.from !== undefined &&
    (choice.baseImages?.base !== debianImageName || (await hasImage(docker, debianImageName)))
  );
}

function defaultBaseImage(root: string): string {
  const dockerfile = readFileSync(join(root, "docker", "Dockerfile"), "utf8");
  const image = /^ARG BASE_IMAGE=(\S+)$/m.exec(dockerfile)?.[1];
  if (image === undefined) {
    throw new Error("docker/Dockerfile names no default BASE_IMAGE");
  }
  return image;
}

/** What a registry, or the Engine, says that does answer, and what to do about it. */
const refusals: readonly (readonly [said: RegExp, fix: string])[] = [
  [/toomanyrequests|too many requests|rate limit/i, "docker login gives you more; or wait an hour"],
  [
    /unauthorized|authentication required|denied/i,
    "docker login; or docker logout, where what it has stored is no longer right",
  ],
  [/no space left on device|disk quota/i, "make room: docker system df shows what Docker holds"],
  [/manifest unknown|not found/i, "correct BASE_IMAGE of docker/Dockerfile"],
];

/**
 * Pulls an image.
 *
 * @returns false where no registry can be reached
 * @throws UserError where one answers no: another image would not be what is wanted then
 */
async function pull(docker: Docker, name: string): Promise<boolean> {
  const authconfig = await credentialsForImage(name, process.env);
  try {
    await follow(await docker.pull(name, authconfig && { authconfig }), () => undefined);
    return true;
  } catch (error) {
    const reason = engineMessage(error);
    const fix = refusals.find(([said]) => said.test(reason))?.[1];
    if (fix !== undefined) {
      throw new UserError(
        "KALISI-IMAGE-REFUSED",
        `The base image ${name} cannot be pulled: ${reason}\n${fix}`,
      );
    }
    return false;
  }
}

async function ensureDebianImage(docker: Docker, uri: string, report: Report): Promise<void> {
  if (await hasImage(docker, debianImageName)) {
    report("Base images", debianImageName, "no registry answers; made earlier");
    return;
  }
  if (!isRoot() || !isDebianLike()) {
    throw new UserError(
      "KALISI-IMAGE-BASE",
      `No registry answers, and a Debian base image can be made only as root on Debian or Ubuntu.\nAs root: debootstrap --variant=minbase ${debianSuite} DIR && tar -C DIR -c . | ${dockerCommand(uri, `import - ${debianImageName}`)}`,
    );
  }
  if (!(await isInstalled("debootstrap"))) {
    await aptInstall(["debootstrap"]);
  }
  const folder = mkdtempSync(join(tmpdir(), "kalisi-debian-"));
  try {
    await run("debootstrap", ["--variant=minbase", debianSuite, folder], {
      label: `debootstrap ${debianSuite}`,
    });
    const updates = await addUpdates(folder);
    const tar = spawn(
      "tar",
      ["-C", folder, ...leftOut.map((path) => `--exclude=${path}`), "-c", "."],
      {
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    await follow(await docker.importImage(tar.stdout, debianImage), () => undefined);
    report(
      "Base images",
      `${debianImageName}, ${updates ? "with" : "without"} security updates`,
      `no registry answers; made with debootstrap${updates ? "" : `, whose mirror has no ${debianSuite}-security`}`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Adds Debian's updates and security archives and takes what they have; false where the mirror lacks them. */
async function addUpdates(folder: string): Promise<boolean> {
  const list = join(folder, "etc", "apt", "sources.list");
  const plain = readFileSync(list, "utf8");
  const archive = /^deb (\S+)\/debian\/? /m.exec(plain)?.[1];
  if (archive === undefined) {
    return false;
  }
  const updates = [
    `deb ${archive}/debian ${debianSuite}-updates main`,
    `deb ${archive}/debian-security ${debianSuite}-security main`,
  ];
  writeFileSync(list, `${plain.trim()}\n${updates.join("\n")}\n`);
  const apt = (...args: readonly string[]) =>
    run("chroot", [folder, "apt-get", "-o", "APT::Update::Error-Mode=any", ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
      label: `apt-get ${args[0] ?? ""}`,
    });
  const there = await apt("update").then(
    () => true,
    () => false,
  );
  if (there) {
    await apt("upgrade", "-y");
    await apt("clean");
  } else {
    writeFileSync(list, plain);
  }
  rmSync(join(folder, "var", "lib", "apt", "lists"), { recursive: true, force: true });
  return there;
}
