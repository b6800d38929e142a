import { isPrivateSubnet, overlap } from "../../config/subnet";

test.each(["10.80.0.0/24", "172.16.0.0/12", "192.168.4.4/30", "100.64.0.0/10"])(
  "%s is a range for a network",
  (range) => {
    expect(isPrivateSubnet(range)).toBe(true);
  },
);

test.each([
  ["has no size", "10.80.0.0"],
  ["is an address within a range", "10.80.0.1/24"],
  ["has no room for a container", "10.80.0.0/31"],
  ["is larger than what is private", "10.0.0.0/7"],
  ["is somebody's on the internet", "8.8.8.0/24"],
  ["is this machine's loopback", "127.0.0.0/8"],
  ["has a size that there is not", "10.0.0.0/33"],
  ["is no address", "10.80.0/24"],
  ["is IPv6", "fd00::/64"],
  ["is empty", ""],
])("what %s is none: %s", (_, range) => {
  expect(isPrivateSubnet(range)).toBe(false);
});

test.each([
  ["10.80.0.0/24", "10.80.0.0/24", true],
  ["10.80.0.0/24", "10.0.0.0/8", true],
  ["10.80.0.128/25", "10.80.0.200/32", true],
  ["10.80.0.5/24", "10.80.0.0/28", true],
  ["10.80.0.0/24", "10.80.1.0/24", false],
  ["10.80.0.0/24", "fd00::/64", false],
])("%s and %s have addresses in common: %s", (one, other, expected) => {
  expect(overlap(one, other)).toBe(expected);
  expect(overlap(other, one)).toBe(expected);
});
