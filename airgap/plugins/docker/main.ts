import { pluginVersions } from "../../../config/plugin-versions";
import { serve } from "../server";
import { strings, text, type Json } from "../values";
import { configure } from "./client";
import { container } from "./container";
import { image } from "./image";
import { network } from "./network";
import { remoteImage } from "./remote-image";
import { volume } from "./volume";

serve({
  name: "docker",
  version: pluginVersions.docker,
  configKeys: ["host", "sshOpts"],
  configure: ({ host, sshOpts }) =>
    // The engine hands lists to providers as JSON.
    configure(text(host), strings(JSON.parse(text(sshOpts) ?? "[]") as Json)),
  resources: {
    "docker:index/image:Image": image,
    "docker:index/remoteImage:RemoteImage": remoteImage,
    "docker:index/container:Container": container,
    "docker:index/network:Network": network,
    "docker:index/volume:Volume": volume,
  },
});
