import { readDiskUsage } from "../../cli/container/disk";
import { describeDisk, diskLines } from "../../cli/status/disk";

const images = [
  { Id: "sha256:a", Size: 3_000, SharedSize: 1_000 },
  { Id: "sha256:b", Size: 2_000 },
];
const caches = [
  { InUse: false, Shared: false, Size: 5_000 },
  { InUse: true, Shared: false, Size: 600 },
  { InUse: false, Shared: true, Size: 70 },
];
const volumes = [
  { Name: "v", UsageData: { Size: 9 } },
  { Name: "unknown", UsageData: { Size: -1 } },
  { Name: "silent", UsageData: null },
];

const expected = {
  images: {
    count: 2,
    bytes: 4_000,
    each: new Map([
      ["sha256:a", 3_000],
      ["sha256:b", 2_000],
    ]),
  },
  buildCache: { bytes: 5_600, unused: 5_000 },
  volumes: new Map([["v", 9]]),
};

test("what an Engine takes of the disk is read of its lists, what images share once", () => {
  const answer = { LayersSize: 4_000, Images: images, BuildCache: caches, Volumes: volumes };
  expect(readDiskUsage(answer)).toStrictEqual(expected);
});

test("and, since Engine 29, of its totals", () => {
  const answer = {
    ImageUsage: { TotalSize: 4_000, Items: images },
    BuildCacheUsage: { TotalSize: 5_600, Reclaimable: 5_000 },
    VolumeUsage: { TotalSize: 9, Items: volumes },
  };
  expect(readDiskUsage(answer)).toStrictEqual(expected);
});

test("one that was asked for its volumes alone says nothing of the rest", () => {
  const answer = { LayersSize: 0, Images: null, BuildCache: null, Volumes: volumes };
  expect(readDiskUsage(answer)).toStrictEqual({ volumes: expected.volumes });
});

test("status says what the stack takes, and what all of the Engine does", () => {
  const ids = ["sha256:b", "sha256:a", "sha256:b", "sha256:gone"];
  const disk = describeDisk(
    readDiskUsage({ LayersSize: 4_000, Images: images, BuildCache: caches }),
    ids,
    {
      container: 20,
      log: 5,
      logAtMost: 30_000,
    },
  );
  expect(disk).toStrictEqual({
    stackImages: [
      { id: "sha256:b", bytes: 2_000 },
      { id: "sha256:a", bytes: 3_000 },
    ],
    images: { count: 2, bytes: 4_000 },
    buildCache: { bytes: 5_600, unused: 5_000 },
    container: 20,
    log: 5,
    logAtMost: 30_000,
  });
  expect(diskLines(disk)).toStrictEqual([
    "Disk:",
    "  the stack's image: 2.0 kB, and 1 former",
    "  files in the container, outside its volumes: 20 B",
    "  its log: 5 B, at most 30 kB",
    "  all 2 images of the Engine: 4.0 kB",
    "  the Engine's build cache: 5.6 kB",
  ]);
});

test("of an Engine that is measuring already, nothing is known but of the container", () => {
  expect(diskLines(describeDisk(undefined, ["sha256:a"], {}))).toStrictEqual([
    "Disk:",
    "  the Engine's images and build cache: not known, as it is measuring already",
  ]);
});
