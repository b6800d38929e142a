import { pluginVersions } from "../../../config/plugin-versions";
import { serve } from "../server";
import { text } from "../values";
import { configure } from "./client";
import { container } from "./container";
import { image } from "./image";
import { network } from "./network";
import { remoteImage } from "./remote-image";
import { volume } from "./volume";

serve({
  name: "docker",
  version: pluginVersions.docker,
  configKeys: ["host"],
  configure: (config) => configure(text(config["host"])),
  resources: {
    "docker:index/image:Image": image,
    "docker:index/remoteImage:RemoteImage": remoteImage,
    "docker:index/container:Container": container,
    "docker:index/network:Network": network,
    "docker:index/volume:Volume": volume,
  },
});
