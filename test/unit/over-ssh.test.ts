import { sshWords, trySsh } from "../../config/engine/ssh-words";

test.each([
  ["ssh://far", "-- far docker version"],
  ["ssh://me@far:2222", "-l me -p 2222 -- far docker version"],
  ["ssh://far/", "-- far docker version"],
  [
    "ssh://far/run/user/1000/docker.sock",
    "-- far docker --host unix:///run/user/1000/docker.sock version",
  ],
  ["ssh://me%40work@far", "-l me@work -- far docker version"],
  ["ssh://[::1]:22", "-p 22 -- ::1 docker version"],
])("%s is reached as the Docker client reaches it", (uri, words) => {
  expect(trySsh(uri)).toBe(`ssh -o BatchMode=yes -o ConnectTimeout=30 -T ${words}`);
});

test("a host is never taken for an option", () => {
  expect(sshWords("ssh://-oProxyCommand=x").slice(-2)).toStrictEqual(["--", "-oProxyCommand=x"]);
});
