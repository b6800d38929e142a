import { readFileSync } from "node:fs";
import { envSecretKey } from "../../config/cluster/cluster-names";
import { kubectl } from "../../config/cluster/kubectl";
import { ownerLabels } from "../../config/engine/stack-owner";
import { placeFromEnvironment } from "./cluster-place";
import { ownerFromEnvironment, requireVariable, runProgram } from "./program";

runProgram(async () => {
  const name = requireVariable("KALISI_ENV_NAME");
  const content = readFileSync(requireVariable("KALISI_ENV_FILE"));
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, labels: ownerLabels(ownerFromEnvironment()) },
    immutable: true,
    data: { [envSecretKey]: content.toString("base64") },
  };
  // Without `--server-side`, an annotation would hold all of it once more, for everybody who may list Secrets' metadata.
  const words = ["apply", "--server-side", "--field-manager=kalisi", "--filename=-"];
  await kubectl(placeFromEnvironment(), words, { input: JSON.stringify(secret) });
  console.log(`made: Secret ${name}`);
});
