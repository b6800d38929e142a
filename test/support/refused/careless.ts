import { aContainer, anImage, aVolume, type Refused } from "../policy-stack";

/** What would lose data, or leave the stack in a state that nobody knows. */
export const careless: readonly Refused[] = [
  ["volumes-retained", "a volume that goes with the stack", "retainOnDelete", aVolume(false)],
  [
    "base-images-pinned",
    "a tag",
    "ubuntu:24.04@sha256:...",
    anImage({ BASE_IMAGE: "ubuntu:24.04" }),
  ],
  [
    "base-images-pinned",
    "a broken digest",
    "RUST_IMAGE",
    anImage({ RUST_IMAGE: "rust@sha256:12" }),
  ],
  [
    "health-check-present",
    "no health check",
    "no health check",
    aContainer({ healthcheck: undefined }),
  ],
  [
    "health-check-present",
    "one switched off",
    "no health check",
    aContainer({ healthcheck: { tests: ["NONE"] } }),
  ],
  [
    "health-check-present",
    "a word for none",
    "no health check",
    aContainer({ healthcheck: { tests: ["NONE", "x"] } }),
  ],
  [
    "health-check-present",
    "an empty one",
    "no health check",
    aContainer({ healthcheck: { tests: ["CMD"] } }),
  ],
  [
    "stop-grace-present",
    "a kill at each stop",
    "stopTimeout is 10",
    aContainer({ stopTimeout: 10 }),
  ],
  [
    "stop-grace-present",
    "a kill at each replacement",
    "destroyGraceSeconds is not set",
    aContainer({ destroyGraceSeconds: undefined }),
  ],
];
