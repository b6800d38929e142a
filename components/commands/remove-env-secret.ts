import { kubectl } from "../../config/cluster/kubectl";
import { placeFromEnvironment } from "./cluster-place";
import { requireVariable, runProgram } from "./program";

runProgram(async () => {
  const name = requireVariable("KALISI_ENV_NAME");
  await kubectl(placeFromEnvironment(), ["delete", "secret", name, "--ignore-not-found"]);
  console.log(`removed: Secret ${name}`);
});
