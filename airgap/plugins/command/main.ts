import { pluginVersions } from "../../../config/plugin-versions";
import { serve } from "../server";
import { command } from "./command";

serve({
  name: "command",
  version: pluginVersions.command,
  configKeys: [],
  configure: () => undefined,
  resources: { "command:local:Command": command },
});
