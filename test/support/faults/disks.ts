import {
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ContainerCreateOptions } from "dockerode";
import { docker } from "../e2e/probe";
import { runAsRoot as run } from "../e2e/network-namespace";
import { eventually } from "../eventually";

/**
 * Ends all writing of file systems at once and drops what they have not written yet, their journals included:
 * EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH, as the file systems' own tests do it.
 * https://github.com/torvalds/linux/blob/v6.12/fs/ext4/ioctl.c (ext4_force_shutdown)
 */
const shutDown = `
  my @disks = map { open(my $disk, "<", $_) or die "$_: $!"; $disk } @ARGV;
  for (@disks) { my $flag = pack("L", 2); ioctl($_, 0x8004587d, $flag) or die $! }
`;

interface Disk {
  /** Where the container has it. */
  readonly path: string;
  readonly volume: string;
  /** What the Engine mounts: a link to the loop device that the disk is at now. */
  readonly link: string;
  readonly file: string;
  device: string;
}

/** Small disks for a container's volumes: each an ext4 file system of its own, on a loop device. */
export class Disks {
  private readonly folder = mkdtempSync(join(tmpdir(), "kalisi-disks-"));
  private disks: readonly Disk[] = [];

  /**
   * Makes them.
   *
   * @param sizes by the paths in the container, in MiB; a disk takes no more room than is used of it
   */
  static async make(sizes: Readonly<Record<string, number>>): Promise<Disks> {
    const disks = new Disks();
    disks.disks = Object.entries(sizes).map(([path, size]) => disks.makeOne(path, size));
    for (const { volume, link } of disks.disks) {
      const DriverOpts = { type: "ext4", device: link };
      await docker.createVolume({ Name: volume, Driver: "local", DriverOpts });
    }
    return disks;
  }

  private makeOne(path: string, size: number): Disk {
    const name = path.slice(1).replaceAll("/", "-");
    const file = join(this.folder, name);
    writeFileSync(file, "");
    truncateSync(file, size * 2 ** 20);
    // No blocks are kept back for root, and none are written later than now.
    run("mkfs.ext4", "-q", "-m", "0", "-E", "lazy_itable_init=0,lazy_journal_init=0", file);
    const device = attach(file);
    const link = `${file}.device`;
    symlinkSync(device, link);
    const volume = `${process.env["KALISI_TEST_PREFIX"] ?? "kalisi"}-disk-${this.folder.slice(-6)}-${name}`;
    return { path, volume, link, file, device };
  }

  /** For a container's wishes: has it use the disks. */
  readonly adjust = ({ HostConfig }: ContainerCreateOptions): void => {
    const binds = (HostConfig?.Binds ?? []).map((bind) => {
      const disk = this.disks.find(({ path }) => bind.split(":")[1] === path);
      return disk === undefined ? bind : `${disk.volume}:${disk.path}`;
    });
    Object.assign(HostConfig ?? {}, { Binds: binds });
  };

  /** Ends all writing to them, and keeps what is on them at that moment. */
  async cutPower(): Promise<void> {
    const mounted = this.disks.map(({ volume }) => docker.getVolume(volume).inspect());
    run(
      "perl",
      "-e",
      shutDown,
      ...(await Promise.all(mounted)).map(({ Mountpoint }) => Mountpoint),
    );
    for (const { file } of this.disks) {
      // Not what the kernel has of the old device in its caches.
      run("cp", "--sparse=always", file, `${file}.kept`);
    }
  }

  /** Attaches what was kept, once the container that used them is down. */
  async replug(): Promise<void> {
    await this.untilUnmounted();
    for (const disk of this.disks) {
      run("losetup", "--detach", disk.device);
      rmSync(disk.link);
      run("mv", `${disk.file}.kept`, disk.file);
      disk.device = attach(disk.file);
      symlinkSync(disk.device, disk.link);
    }
  }

  /** Once no container uses them. */
  async remove(): Promise<void> {
    for (const { volume } of this.disks) await docker.getVolume(volume).remove();
    await this.untilUnmounted();
    for (const { device } of this.disks) run("losetup", "--detach", device);
    rmSync(this.folder, { recursive: true });
  }

  private untilUnmounted(): Promise<void> {
    return eventually(60, () => {
      const mounts = readFileSync("/proc/self/mounts", "utf8").split("\n");
      const still = mounts.find((line) =>
        this.disks.some(({ link }) => line.startsWith(`${link} `)),
      );
      return Promise.resolve(still);
    });
  }
}

function attach(file: string): string {
  return run("losetup", "--find", "--show", file).trim();
}
