import { serve } from "../server";
import { command } from "./command";

serve({
  name: "command",
  version: "1.2.1",
  configKeys: [],
  configure: () => undefined,
  resources: { "command:local:Command": command },
});
