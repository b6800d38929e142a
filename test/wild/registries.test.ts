import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeCertificate } from "../support/certificate";
import {
  doctor,
  harmless,
  having,
  inTheWay,
  makeStack,
  nothing,
  tryRows,
  type Place,
  type Row,
} from "../support/wild";

// What stands between a user and a registry. Proxies: https://github.com/prisma/orm/issues/20302,
// https://github.com/docker/docs/issues/8191, https://everything.curl.dev/usingcurl/proxies/env.html; credential helpers:
// https://github.com/docker/docker-credential-helpers/issues/149, https://github.com/docker/docker-credential-helpers/issues/296

const preview = "preview --stack wild";

const proxied = (given: string, proxy: string, says: string): Row => ({
  given: `a proxy ${given}`,
  typed: doctor,
  env: { ALL_PROXY: proxy, http_proxy: "", no_proxy: "", NO_PROXY: "" },
  says: `does not answer: ${says}`,
  last: inTheWay,
  hides: "canary",
});

/** Set-up has not chosen base images yet, and the Engine's registry says no. */
const unchosen =
  (said: string, files: Readonly<Record<string, string | Buffer>> = {}) =>
  (place: Place) => {
    const profile = join(place.clone.path, ".kalisi", "machine.json");
    const before = readFileSync(profile, "utf8");
    const chosen = JSON.parse(before) as object;
    writeFileSync(profile, JSON.stringify({ ...chosen, baseImages: undefined, from: undefined }));
    place.engine.has({ noImage: said });
    const takeAway = having(files)(place);
    return () => {
      takeAway();
      place.engine.has({});
      writeFileSync(profile, before);
    };
  };

const withHelpers = ({ home }: Place) => ({
  PATH: `${join(home, "bin")}:${process.env["PATH"] ?? ""}`,
});

const limit = "toomanyrequests: You have reached your unauthenticated pull rate limit";

const helper = (given: string, program: string | undefined, says: string): Row => ({
  given: `a credential helper that ${given}`,
  put: unchosen(limit, {
    ".docker/config.json": JSON.stringify({ credsStore: "wild" }),
    ...(program === undefined ? {} : { "bin/docker-credential-wild": program }),
  }),
  typed: preview,
  env: withHelpers,
  says: `docker-credential-wild (from the Docker client's config.json): ${says}`,
  last: "or remove credsStore or credHelpers from the file, then docker login",
  hides: "canary",
});

const registry = (said: string, last: string): Row => ({
  given: `a registry that says ${said}`,
  put: unchosen(said),
  typed: preview,
  says: `cannot be pulled: ${said}  [KALISI-IMAGE-REFUSED]`,
  last,
});

/** Certificates that a variable names; what is said of them comes before the registry's answer. */
const certificates = (given: string, env: Row["env"], says: string): Row => ({
  given,
  put: unchosen(limit, { "ca/der.crt": Buffer.from([0x30, 0x82, 0x01, 0x0a]) }),
  typed: preview,
  env: env ?? {},
  says,
  last: "docker login gives you more",
});

const settings = ({ clone }: Place) => join(clone.path, "Pulumi.wild.yaml");

/** `kalisi:image.caCertificates` names this content. */
const bundle = (
  given: string,
  content: (place: Place) => string | Buffer,
  row: Partial<Row>,
): Row => ({
  given: `image.caCertificates ${given}`,
  put: (place) => {
    const before = readFileSync(settings(place), "utf8");
    const file = join(place.home, "bundle");
    writeFileSync(file, content(place));
    writeFileSync(
      settings(place),
      `${before}config:\n  kalisi:image:\n    caCertificates: ${file}\n`,
    );
    return () => {
      rmSync(file);
      writeFileSync(settings(place), before);
    };
  },
  typed: doctor,
  last: inTheWay,
  hides: "canary",
  ...row,
});

tryRows(
  [
    proxied("with a blank at its end", "http://me:canary@127.0.0.1:1 ", "curl: (5)"),
    proxied("of an unknown scheme", "foo://me:canary@127.0.0.1", "curl: (7)"),
    proxied("without a scheme", "127.0.0.1:1", "curl: (7)"),
    proxied("by SOCKS", "socks5h://me:canary@127.0.0.1:1", "curl: (7)"),
    harmless("no_proxy of everything", { ALL_PROXY: "http://127.0.0.1:1", no_proxy: "*" }),
    harmless("no_proxy and NO_PROXY that disagree", {
      ALL_PROXY: "http://127.0.0.1:1",
      no_proxy: "127.0.0.1",
      NO_PROXY: "10.0.0.0/8,*.example,localhost:80,",
    }),
    harmless(
      "a password in the package registry's address",
      { npm_config_registry: "http://me:canary@127.0.0.1:1/" },
      "npm config set //REGISTRY/:_authToken TOKEN",
    ),
    helper("is not there", undefined, "cannot be run: no such file or directory"),
    helper("fails", "#!/bin/sh\necho pass not initialized; exit 1", "fails: pass not initialized"),
    helper("is killed", "#!/bin/sh\nkill -9 $$", "fails: SIGKILL"),
    helper("answers no JSON", "#!/bin/sh\necho canary", "answers something else"),
    helper("answers no user", '#!/bin/sh\necho \'{"Secret":"canary"}\'', "answers something else"),
    registry(limit, "docker login gives you more; or wait an hour"),
    registry("unauthorized: authentication required", "docker login; or docker logout"),
    certificates(
      "NODE_EXTRA_CA_CERTS in DER",
      ({ home }) => ({ NODE_EXTRA_CA_CERTS: join(home, "ca", "der.crt") }),
      "CA certificates: none of NODE_EXTRA_CA_CERTS (there is none in PEM: ",
    ),
    certificates(
      "SSL_CERT_FILE that is not there",
      { SSL_CERT_FILE: "/nonexistent.pem" },
      "CA certificates: none of SSL_CERT_FILE (there is no such file: /nonexistent.pem)",
    ),
    certificates(
      "SSL_CERT_FILE that is no file",
      { SSL_CERT_FILE: "/dev/null" },
      "CA certificates: none of SSL_CERT_FILE",
    ),
    bundle("in DER", () => Buffer.from([0x30, 0x82, 0x01, 0x0a, 0xff]), {
      says: "is not UTF-8 text",
    }),
    bundle("with CRLF", ({ home }) => makeCertificate(home, "crlf").replaceAll("\n", "\r\n"), {
      code: 0,
      last: nothing,
    }),
    bundle(
      "with its private key",
      ({ home }) => `${makeCertificate(home, "own")}-----BEGIN PRIVATE KEY-----\ncanary\n`,
      { says: "holds a private key, which must not get near an image" },
    ),
  ],
  makeStack,
);
