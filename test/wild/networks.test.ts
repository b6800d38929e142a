import { createHash } from "node:crypto";
import { doctor, harmless, having, inTheWay, makeStack, tryRows, type Row } from "../support/wild";

// What names an Engine. Addresses: https://docs.docker.com/reference/cli/docker/#host, https://github.com/moby/moby/issues/50160;
// the Docker client's files: https://github.com/docker/for-win/issues/808, https://github.com/docker/for-win/issues/14950

const preview = "preview --stack wild";

const correct = "fix: correct it, or: unset DOCKER_HOST";

/** An address of an Engine that is refused before anything is asked. */
const refused = (given: string, address: string, says = "expected an endpoint"): Row => ({
  given: `DOCKER_HOST ${given}`,
  typed: preview,
  env: { DOCKER_HOST: address },
  says,
  last: correct,
  hides: "canary",
});

const unanswered = (given: string, env: Readonly<Record<string, string>>, says: string): Row => ({
  given,
  typed: doctor,
  env,
  says,
  last: inTheWay,
});

/** The Docker client's context `far`. */
const context = (meta: string) =>
  having({
    [`.docker/contexts/meta/${createHash("sha256").update("far").digest("hex")}/meta.json`]: meta,
  });

const far = (given: string, meta: string, says: string, last: string): Row => ({
  given: `a context ${given}`,
  put: context(meta),
  typed: preview,
  env: { DOCKER_HOST: "", DOCKER_CONTEXT: "far" },
  says,
  last,
  hides: "canary",
});

const choose = "docker context use NAME; or set DOCKER_HOST";
const clientFile =
  "correct that file of the Docker client, or name another folder by DOCKER_CONFIG";

const config = (given: string, content: string | Buffer, says: string): Row => ({
  given: `config.json ${given}`,
  put: having({ ".docker/config.json": content }),
  typed: doctor,
  says: `${says}  [KALISI-ENGINE-CLIENT-FILE]\n         fix: ${clientFile}`,
  last: inTheWay,
  hides: "canary",
});

tryRows(
  [
    refused("without a scheme", "127.0.0.1:2375"),
    refused("fd://", "fd://"),
    refused("with an impossible port", "tcp://127.0.0.1:99999"),
    refused("of IPv6 without brackets", "tcp://::1:2375"),
    refused("with a blank at its end", "tcp://127.0.0.1:2375 "),
    refused("with a path", "tcp://127.0.0.1:2375/v1.41"),
    refused("in quotes", '"tcp://127.0.0.1:2375"'),
    refused("with a password", "ssh://me:can@canary@127.0.0.1", '***@127.0.0.1": must not hold'),
    unanswered(
      "DOCKER_HOST without a port",
      { DOCKER_HOST: "tcp://127.0.0.1" },
      "tcp://127.0.0.1 (from DOCKER_HOST) does not answer: connection refused",
    ),
    unanswered(
      "DOCKER_HOST of a socket that is not there",
      { DOCKER_HOST: "unix:///nonexistent.sock" },
      "does not answer: no such file or directory",
    ),
    unanswered(
      "an Engine over SSH that is not there",
      { DOCKER_HOST: "ssh://me@127.0.0.1:1" },
      "does not answer: ssh: connect to host 127.0.0.1 port 1: Connection refused",
    ),
    unanswered(
      "TLS where the Engine has none",
      { DOCKER_TLS_VERIFY: "1" },
      "does not answer: what answers there does not speak TLS",
    ),
    {
      given: "certificates that are not there",
      typed: preview,
      env: { DOCKER_CERT_PATH: "/nonexistent", DOCKER_TLS_VERIFY: "1" },
      says: 'DOCKER_CERT_PATH = "/nonexistent": its ca.pem, cert.pem and key.pem cannot be read',
      last: "unset DOCKER_CERT_PATH DOCKER_TLS_VERIFY",
    },
    unanswered(
      "certificates that are empty",
      { DOCKER_CERT_PATH: "/proc/self/attr" },
      "DOCKER_CERT_PATH: its ca.pem, cert.pem and key.pem cannot be read",
    ),
    harmless("http:// and a slash at its end", ({ engine }) => ({
      DOCKER_HOST: `${engine.uri().replace("tcp:", "http:")}/`,
    })),
    {
      given: "DOCKER_CONTEXT that is not there",
      typed: preview,
      env: { DOCKER_HOST: "", DOCKER_CONTEXT: "gone" },
      says: 'Docker context = "gone": there is no such context',
      last: choose,
    },
    far("that is cut short", '{"Endpoints":', "cannot be read: it is not JSON", clientFile),
    far("of nothing", "null", "meta.json: expected a JSON object", clientFile),
    far("without an Engine", '{"Endpoints":{"docker":{"Host":""}}}', "no such context", choose),
    far(
      "with a password",
      '{"Endpoints":{"docker":{"Host":"ssh://me:canary@far"}}}',
      "its address: must not hold a password",
      "docker context update 'far' --docker host=ADDRESS; or set DOCKER_HOST",
    ),
    config("of nothing", "", "cannot be read: it is empty"),
    config(
      "with a byte order mark",
      "\uFEFF{}",
      "it begins with a byte order mark: save it as UTF-8 without one",
    ),
    config("in UTF-16", Buffer.from("{}", "utf16le"), "it is not UTF-8 text"),
    config(
      "with a comma too many",
      '{\n"auths":{"r":{"auth":"canary",}}}',
      "it is not JSON: see line 2",
    ),
    config(
      "with a number for a proxy",
      '{"proxies":{"default":{"httpProxy":3128}}}',
      "proxies.default.httpProxy: expected a text",
    ),
    config(
      "with a list of no proxies",
      '{"proxies":{"default":{"noProxy":["a"]}}}',
      "proxies.default.noProxy: expected a text",
    ),
    config(
      "with a level left out",
      '{"proxies":{"httpProxy":"http://canary"}}',
      "proxies.httpProxy: expected a JSON object",
    ),
    {
      ...harmless("config.json with null", {}),
      put: having({ ".docker/config.json": '{"proxies":null,"auths":null,"credsStore":null}' }),
    },
    {
      ...harmless(
        "a proxy with a password in config.json",
        {},
        "httpProxy of the Docker client's config.json has a password",
      ),
      put: having({
        ".docker/config.json": '{"proxies":{"default":{"httpProxy":"http://me:can/canary@p:1"}}}',
      }),
    },
    {
      given: "config.json whose context is a number",
      put: having({ ".docker/config.json": '{"currentContext":5}' }),
      typed: preview,
      env: { DOCKER_HOST: "" },
      says: "config.json: currentContext: expected a text",
      last: clientFile,
    },
  ],
  makeStack,
);
